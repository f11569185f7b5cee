"""The demo plays its days through the public interface, resumes, and doubles nothing."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.draws import rule
from backend.settlement.command import check_file
from demo import prelude

SMALL = ("--staff", "150", "--days", "2", "--once")
PATIENCE_SECONDS = 240


def _environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANHUI_")}
    return {**kept, "DATA_DIR": str(folder), "PORT": "0", "PYTHONIOENCODING": "utf-8", **more}


def _start(folder: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "demo", *arguments],
        env=_environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def _run(folder: Path, *arguments: str, **more: str) -> tuple[int, str]:
    with _start(folder, *arguments, **more) as running:
        said, _ = running.communicate(timeout=PATIENCE_SECONDS)
        return running.returncode, said


def _counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "demo.db")) as database:
        tables = ["institution", "member", "campaign", "participation", "screen", "site_code", "check_in", "transfer"]
        tables += ["upload", "custody_step", "review_case", "review_decision", "step_day", "seal", "amendment"]
        tables += [
            "result_objection",
            "certificate",
            "draw_award",
            "redemption",
            "donation",
            "complaint",
            "campaign_event",
            "meal_waste",
        ]
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def _verify(folder: Path) -> int:
    lines = (folder / "demo.env").read_text(encoding="utf-8").splitlines()
    settings = {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}
    command = [sys.executable, "-m", "backend", "verify"]
    return subprocess.run(command, env=_environment(folder, **settings), check=False, timeout=60).returncode


def _rows(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "demo.db")) as database:
        return database.execute(statement).fetchall()


def _papers(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "demo.json").read_text(encoding="utf-8"))["found"]["papers"]
    return found


def _digest(folder: Path) -> str:
    ((digest,),) = _rows(folder, "SELECT digest FROM seal")
    return str(digest)


def _children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(number) for number in listed.stdout.split()]


def _wait_for_parts(folder: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    path = folder / "demo.json"
    while not path.exists() or len(json.loads(path.read_text(encoding="utf-8"))["played"]) < count:
        assert time.monotonic() < deadline, "the play does not go on"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a small city without a hitch, and return its folder."""
    folder = tmp_path_factory.mktemp("demo")
    code, said = _run(folder, *SMALL)
    assert code == 0, said
    return folder


def test_the_demo_plays_two_days_and_its_books_agree(played: Path) -> None:
    counts = _counts(played)

    agree = _verify(played)

    assert agree == 0
    assert counts["institution"] == 21
    assert counts["member"] >= 140
    assert counts["campaign"] == 6
    assert counts["check_in"] >= 20
    assert "/screens/" in (played / "where-to-look.txt").read_text(encoding="utf-8")
    assert (played / "demo.env").stat().st_mode & 0o077 == 0


def test_devices_go_from_booking_to_certificate_and_one_refusal_is_appealed(played: Path) -> None:
    with closing(sqlite3.connect(played / "demo.db")) as database:
        devices = database.execute("SELECT stage, disposition FROM custody_item ORDER BY id").fetchall()
        appeals = database.execute("SELECT state FROM review_appeal").fetchall()
        decided = dict(database.execute("SELECT state, count(*) FROM review_case GROUP BY state").fetchall())
        photos = dict(database.execute("SELECT moderation, count(*) FROM upload GROUP BY moderation").fetchall())

    assert devices == [("certified", "reuse"), ("certified", "destroyed")]
    assert appeals == [("upheld",)]
    assert decided["approved"] > 0
    assert photos["passed"] > 0


def test_the_campaign_before_the_week_was_planned_paused_changed_objected_to_and_sealed(played: Path) -> None:
    ((campaign, state, budget),) = _rows(
        played, "SELECT id, state, budget_points FROM campaign WHERE seal_digest IS NOT NULL"
    )
    events = [what for (what,) in _rows(played, f"SELECT what FROM campaign_event WHERE campaign_id = {campaign}")]
    restated = _rows(played, "SELECT count(*) FROM transfer WHERE cause LIKE 'restated/%'")

    assert (state, budget) == ("sealed", 30_000)
    assert {"paused", "resumed", "reviewed", "provisional", "sealed"} <= set(events)
    assert _rows(played, "SELECT state FROM amendment") == [("agreed",)]
    assert restated > [(0,)]
    assert _rows(played, "SELECT count(*) FROM result_objection WHERE answered_at IS NOT NULL") == [(1,)]
    assert _rows(played, "SELECT count(*) FROM confirmed_dates") == [(2,)]  # its own, and those of next year


def test_what_it_says_to_look_at_is_there_and_proves_itself(played: Path) -> None:
    papers, told = _papers(played), (played / "where-to-look.txt").read_text(encoding="utf-8")
    files = {key: Path(name) for key, name in papers["files"].items()}
    beginnings = {key: file.read_bytes()[:8] for key, file in files.items()}

    seal = check_file(files["seal"], _digest(played))
    draw = rule.check(json.loads(files["draw"].read_text(encoding="utf-8")))

    assert (seal, draw) == ((_digest(played), None), [])
    for key in ("certificate", "poster", "report-zh-pdf", "report-en-pdf"):
        assert beginnings[key].startswith(b"%PDF-"), key
    assert beginnings["board"].startswith(b"\x89PNG")
    assert zipfile.is_zipfile(files["report-zh-xlsx"])
    assert beginnings["calendar"].startswith(b"BEGIN:VC")
    assert papers["digest"] == _digest(played)
    assert "封存后本人说明" in papers["corrected"][0]
    for named in (papers["verify"], papers["calendar"], papers["planned"], *(str(file) for file in files.values())):
        assert named in told or named.endswith(".ics"), named


def test_messages_go_to_phones_and_one_is_refused(played: Path) -> None:
    told = "SELECT state, reason, count(*) FROM message_delivery d JOIN message m ON m.id = d.message_id"
    results = _rows(played, f"{told} WHERE m.kind = 'result_sealed' GROUP BY 1, 2 ORDER BY 1")
    reminders = _rows(played, "SELECT count(*) FROM message WHERE kind = 'check_in_reminder'")

    assert results == [("refused", "43101", 1), ("sent", None, 7)]
    assert reminders > [(0,)]


def test_rewards_are_handed_over_and_a_suggestion_is_answered(played: Path) -> None:
    redeemed = dict(_rows(played, "SELECT state, count(*) FROM redemption GROUP BY state"))
    given = _rows(played, "SELECT count(*) FROM donation")
    certificates = _rows(played, "SELECT withdrawn_at IS NOT NULL FROM certificate ORDER BY id")

    assert redeemed.get("handed_over", 0) >= 1
    assert given > [(0,)]
    assert certificates == [(0,), (1,)]
    assert _rows(played, "SELECT state FROM complaint") == [("answered",)]
    assert _rows(played, "SELECT count(*) FROM draw_award WHERE state = 'handed_over'") == [(1,)]


def test_canteens_log_breakfasts_and_lunches_that_are_over(played: Path) -> None:
    meals = _rows(played, "SELECT meal, count(*), max(edition) FROM meal_waste GROUP BY meal ORDER BY meal")

    assert meals == [("breakfast", 8, 1), ("lunch", 4, 1)]  # four canteens, two days, the last one until lunch


def test_a_second_start_doubles_nothing(played: Path) -> None:
    before = _counts(played)

    code, said = _run(played, "--once")

    assert code == 0, said
    assert _counts(played) == before


def test_a_play_that_was_interrupted_comes_to_the_same_seal(played: Path, tmp_path: Path) -> None:
    codes, children = [], []
    for stop_after in (2, len(list(prelude.parts(date.min + timedelta(weeks=4))))):
        with _start(tmp_path, *SMALL) as running:
            _wait_for_parts(tmp_path, stop_after)
            children += _children(running.pid)
            running.send_signal(signal.SIGHUP)
            codes.append(running.wait(PATIENCE_SECONDS))
    left = [number for number in children if Path(f"/proc/{number}").exists()]

    assert (codes, left) == ([0, 0], [])
    assert children
    assert _digest(tmp_path) == _digest(played)


def test_a_port_in_use_is_named_in_both_languages(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        code, said = _run(tmp_path, PORT=port)

    assert code == 1
    assert f"端口 {port} 已被占用" in said
    assert f"Port {port} is in use" in said
