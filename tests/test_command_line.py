"""The command line: what an operator types, what it answers, and how it ends."""

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner, Result

from backend.__main__ import cli
from backend.core import paths
from backend.identity import credit_code
from backend.identity.roster.phone import PhoneInvalid

CITY, DISTRICT, OFFICE, SCHOOL = (credit_code.with_check(f"1112000000000500{number}") for number in "1234")
ROOT = paths.folder("campaigns").parent
HEAD = "统一社会信用代码,部门,工号,姓名,手机号,生效日期,离职日期"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands over a database file of the test's own."""
    (tmp_path / "var").mkdir()
    monkeypatch.setenv("TANHUI_DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'tanhui.db'}")

    def invoke(*words: object) -> Result:
        return CliRunner().invoke(cli, [str(word) for word in words])

    return invoke


@pytest.fixture
def city(run: Run) -> Run:
    """Migrate and build a city with an office and a school."""
    for words in (
        ["migrate"],
        ["institutions", "add", CITY, "示范市", "--level", "city"],
        ["institutions", "add", DISTRICT, "滨河区", "--level", "district", "--above", CITY],
        ["institutions", "add", OFFICE, "档案馆", "--level", "institution", "--above", DISTRICT],
        ["institutions", "add", SCHOOL, "第一小学", "--level", "institution", "--above", DISTRICT],
    ):
        done = run(*words)
        assert done.exit_code == 0, done.output
    return run


def roster(folder: Path, *lines: str) -> Path:
    """Write a roster file."""
    file = folder / "roster.csv"
    file.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
    return file


LIN, ZHOU = f"{OFFICE},财务处,A001,林晓,13800000001,2026-01-01,", f"{SCHOOL},教务处,B001,周宁,,2026-01-01,"


def count(tmp_path: Path, table: str) -> int:
    """Count the rows of a table."""
    engine = create_engine(f"sqlite:///{tmp_path / 'var' / 'tanhui.db'}")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT COUNT(*) FROM {table}").scalar_one()
    engine.dispose()
    return int(found)


def test_the_program_tells_its_commands() -> None:
    asked = [sys.executable, "-m", "backend", "--help"]

    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)

    for command in ("serve", "worker", "migrate", "schema", "verify", "themes", "roster"):
        assert f" {command} " in told.stdout


DOCUMENTS = [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), ROOT / "campaigns" / "README.md"]
TAUGHT = {
    told.strip()
    for path in DOCUMENTS
    for told in re.findall(r"python -m backend((?: [a-z]+(?:-[a-z]+)*)+)", path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("command", sorted(TAUGHT))
def test_a_command_that_the_documents_teach_exists(run: Run, command: str) -> None:
    assert run(*command.split(), "--help").exit_code == 0


def test_migrating_twice_succeeds_twice(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "up to date" in second.output


def test_an_empty_ledger_agrees(run: Run) -> None:
    run("migrate")

    verified = run("verify")

    assert (verified.exit_code, verified.output.strip()) == (
        0,
        "ledger, acts, boards, chain, reviews, rewards, draws, seals and photos agree",
    )


def test_verifying_before_migrating_fails_with_advice_and_no_traceback(run: Run) -> None:
    verified = run("verify")

    assert verified.exit_code == 2
    assert "migrate" in verified.output
    assert "Traceback" not in verified.output


# The contract with clients.


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the command a copy of graphql/ to read and write."""
    folder = tmp_path / "graphql"
    shutil.copytree(paths.folder("graphql"), folder)
    monkeypatch.setattr(paths, "folder", lambda name: tmp_path / name)
    return folder / "schema.graphql"


def test_the_committed_schema_is_fresh(run: Run) -> None:
    assert run("schema", "--check").exit_code == 0


@pytest.mark.parametrize("spoil", [lambda file: file.write_text("type Query { a: Int }"), Path.unlink])
def test_a_stale_schema_fails_the_check_and_is_mended_by_the_command(
    run: Run, contract: Path, spoil: Callable[[Path], object]
) -> None:
    fresh = contract.read_text(encoding="utf-8")
    spoil(contract)

    stale, written, checked = run("schema", "--check"), run("schema"), run("schema", "--check")

    assert stale.exit_code == 1
    assert "schema.graphql is stale: run `python -m backend schema`" in stale.output
    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert contract.read_text(encoding="utf-8") == fresh


# Theme packs.


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """Copy the theme packs, to be spoiled."""
    return Path(shutil.copytree(paths.folder("campaigns"), tmp_path / "campaigns"))


def replace(file: Path, before: str, after: str) -> None:
    """Change some text of a file that has it."""
    content = file.read_text(encoding="utf-8")
    assert before in content
    file.write_text(content.replace(before, after, 1), encoding="utf-8")


def test_the_shipped_packs_have_no_mistakes(run: Run) -> None:
    checked = run("themes", "check")

    assert checked.exit_code == 0
    assert "no mistakes" in checked.output


@pytest.mark.parametrize(
    ("file", "before", "after", "named"),
    [
        ("energy-week/theme.toml", 'kind = "energy_act"', 'kind = "energy_akt"', "kinds[1].kind: unknown kind"),
        ("energy-week/theme.toml", "per_day = 3", "per_day = 0", "kinds[1].per_day: must be 1 or more"),
        ("energy-week/theme.toml", "points_per_day", "points_per_dag", "rules.points_per_dag: unknown key"),
        ("energy-week/copy.en.toml", "slogan", "slogen", "slogen: unknown key"),
        ("energy-week/copy.zh-CN.toml", 'title = "', 'title = "{', "title: must have no braces"),
        ("energy-week/theme.toml", 'key = "energy-week"', 'key = "energy-week', "line "),
        ("factors.toml", 'value = "0.104"', "value = 0.104", "value: must be a number in quotes"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(  # noqa: PLR0917 - one row of the table above
    run: Run, packs: Path, file: str, before: str, after: str, named: str
) -> None:
    replace(packs / file, before, after)

    checked = run("themes", "check", packs)

    assert checked.exit_code == 1
    assert any(f"{file}: " in line and named in line for line in checked.output.splitlines()), checked.output


def test_every_mistake_is_named_at_once(run: Run, packs: Path) -> None:
    replace(packs / "energy-week/theme.toml", "per_day = 3", "per_day = 0")
    (packs / "water-week/art/icon.svg").unlink()
    replace(packs / "calendar.toml", "format = 1", "format = 9")

    checked = run("themes", "check", packs)

    assert checked.exit_code == 1
    for file in ("energy-week/theme.toml", "water-week/art/icon.svg", "calendar.toml"):
        assert file in checked.output


# Institutions and rosters.


def test_a_preview_shows_what_would_change_and_changes_nothing(city: Run, tmp_path: Path) -> None:
    file = roster(tmp_path, LIN, ZHOU)

    seen = city("roster", "preview", file, "--scope", CITY)

    assert seen.exit_code == 0, seen.output
    assert "新增 2，变更 0，调动 0，离开 0" in seen.output
    assert count(tmp_path, "member") == 0


def test_applying_a_roster_employs_its_people_once(city: Run, tmp_path: Path) -> None:
    file = roster(tmp_path, LIN, ZHOU)

    first, second = (city("roster", "apply", file, "--scope", CITY, "--language", "en") for _ in range(2))

    assert "2 added" in first.output
    assert "nothing to change" in second.output
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert count(tmp_path, "membership") == 2


def test_a_phone_number_that_cannot_be_is_a_line_of_the_report(city: Run, tmp_path: Path) -> None:
    file = roster(tmp_path, LIN.replace("13800000001", "12345"))

    seen = city("roster", "preview", file, "--scope", CITY)

    assert f"第 2 行，手机号：{PhoneInvalid.zh}" in seen.output


def test_a_roster_with_a_bad_row_is_not_applied_unless_told(city: Run, tmp_path: Path) -> None:
    file = roster(tmp_path, LIN, ZHOU.replace("2026-01-01", "soon"))

    seen = city("roster", "preview", file, "--scope", CITY)
    refused = city("roster", "apply", file, "--scope", CITY)
    before = count(tmp_path, "member")
    told = city("roster", "apply", file, "--scope", CITY, "--skip-bad-rows")

    assert "第 3 行，生效日期" in seen.output
    assert (refused.exit_code, before) == (1, 0)
    assert (told.exit_code, count(tmp_path, "member")) == (0, 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--scope", credit_code.with_check("11120000000005009")], "没有找到"),
        (["--scope", "123"], "18"),
    ],
)
def test_a_scope_that_is_no_institution_of_ours_is_refused(
    city: Run, tmp_path: Path, words: list[str], told: str
) -> None:
    refused = city("roster", "apply", roster(tmp_path, LIN), *words)

    assert refused.exit_code == 1
    assert told in refused.output


def test_a_role_is_granted_and_ended_by_staff_number(city: Run, tmp_path: Path) -> None:
    city("roster", "apply", roster(tmp_path, LIN), "--scope", CITY)

    granted = city("roles", "grant", OFFICE, "A001", "organiser")
    cook = city("roles", "grant", OFFICE, "A001", "canteen")
    ended = city("roles", "end", OFFICE, "A001", "organiser")
    unknown = city("roles", "grant", OFFICE, "{A9}", "organiser")
    no_role = city("roles", "grant", OFFICE, "A001", "emperor")

    assert [one.exit_code for one in (granted, cook, ended, unknown, no_role)] == [0, 0, 0, 1, 2]
    assert "{A9}" in unknown.output
    assert "recycler, canteen" in no_role.output


def test_a_unit_comes_under_another_district_and_its_departments_become_one(city: Run, tmp_path: Path) -> None:
    other = credit_code.with_check("11120000000006009")
    city("institutions", "add", other, "河东区", "--level", "district", "--above", CITY)
    wang = f"{OFFICE},办公室,A002,王芳,,2026-01-01,"
    city("roster", "apply", roster(tmp_path, LIN, wang), "--scope", CITY)
    merge = ("institutions", "merge-departments", OFFICE, "财务处", "--into", "办公室", "--on")

    moved = city("institutions", "move", OFFICE, "--below", other)
    below_a_unit = city("institutions", "move", OFFICE, "--below", SCHOOL)
    merged, in_the_past = city(*merge, "2099-01-01"), city(*merge, "2020-01-01")
    unknown = city(*[word.replace("财务处", "{无}") for word in merge], "2099-01-01")

    assert [one.exit_code for one in (moved, below_a_unit, merged, in_the_past, unknown)] == [0, 1, 0, 1, 1]
    assert moved.output == "moved to /1/5/3/\n"
    assert "层级有误" in below_a_unit.output
    assert "1 people belong to 办公室 from 2099-01-01 on" in merged.output
    assert "不能早于今天" in in_the_past.output
    assert "{无}" in unknown.output
    assert count(tmp_path, "membership") == 3


def test_binding_codes_are_written_for_those_who_are_not_bound_and_never_over_a_file(city: Run, tmp_path: Path) -> None:
    city("roster", "apply", roster(tmp_path, LIN, ZHOU), "--scope", CITY)
    out = tmp_path / "codes.csv"

    made, again = (city("roster", "codes", OFFICE, "--out", out) for _ in range(2))

    with out.open(encoding="utf-8-sig", newline="") as file:
        (head, line) = csv.reader(file)
    assert (made.exit_code, again.exit_code) == (0, 2)
    assert head == ["部门", "工号", "姓名", "绑定码"]
    assert line[:3] == ["财务处", "A001", "林晓"]
    assert out.stat().st_mode & 0o077 == 0


def test_a_city_that_was_set_up_by_hand_verifies(city: Run, tmp_path: Path) -> None:
    city("roster", "apply", roster(tmp_path, LIN, ZHOU), "--scope", CITY)
    city("institutions", "count", OFFICE, "40", "--on", "2026-01-01")

    assert city("verify").exit_code == 0
