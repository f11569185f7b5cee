"""The demo plays its days through the public interface, resumes, and doubles nothing."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

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
        tables += ["upload", "custody_step", "review_case", "review_decision", "step_day"]
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def _verify(folder: Path) -> int:
    lines = (folder / "demo.env").read_text(encoding="utf-8").splitlines()
    settings = {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}
    done = subprocess.run(
        [sys.executable, "-m", "backend", "verify"], env=_environment(folder, **settings), check=False, timeout=60
    )
    return done.returncode


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
    assert counts["campaign"] == 5
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


def test_a_second_start_doubles_nothing(played: Path) -> None:
    before = _counts(played)

    code, said = _run(played, "--once")

    assert code == 0, said
    assert _counts(played) == before


def test_a_play_that_was_interrupted_ends_with_the_same_acts(played: Path, tmp_path: Path) -> None:
    with _start(tmp_path, *SMALL) as running:
        _wait_for_parts(tmp_path, 2)
        children = _children(running.pid)
        running.send_signal(signal.SIGHUP)
        code = running.wait(PATIENCE_SECONDS)
    left = [number for number in children if Path(f"/proc/{number}").exists()]

    again, said = _run(tmp_path, "--once")

    assert (code, left, again) == (0, [], 0), said
    assert children
    assert _counts(tmp_path)["check_in"] == _counts(played)["check_in"]


def test_a_port_in_use_is_named_in_both_languages(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        code, said = _run(tmp_path, PORT=port)

    assert code == 1
    assert f"端口 {port} 已被占用" in said
    assert f"Port {port} is in use" in said
