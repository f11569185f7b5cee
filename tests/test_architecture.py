"""The shape of the code, held by tests: who may know whom, where things are added, what nobody writes."""

import ast
import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from graphql import GraphQLSchema

from backend import schema as schemas
from backend import worker
from backend.amendments import jobs as amendment_jobs
from backend.campaigns import jobs as campaign_jobs
from backend.campaigns import themes
from backend.checkins import jobs as act_jobs
from backend.checkins.kind import all_kinds
from backend.complaints import jobs as complaint_jobs
from backend.core import paths
from backend.core.api import FACES
from backend.custody import jobs as custody_jobs
from backend.draws import jobs as draw_jobs
from backend.honours import jobs as honour_jobs
from backend.identity import jobs as identity_jobs
from backend.leaderboards import jobs as board_jobs
from backend.media import jobs as media_jobs
from backend.messages import jobs as message_jobs
from backend.points import jobs as ledger_jobs
from backend.reminders import jobs as reminder_jobs
from backend.reports import jobs as report_jobs
from backend.review import jobs as review_jobs
from backend.rewards import jobs as reward_jobs
from backend.screens import jobs as screen_jobs
from backend.settlement import jobs as settlement_jobs
from backend.steps import jobs as step_jobs
from backend.wechat import jobs as wechat_jobs
from tests.cast import SHIPPED, settings_for
from tests.core.problems import every_problem

ROOT = paths.folder("campaigns").parent
BACKEND = ROOT / "backend"
MODULES = sorted(BACKEND.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
JOB_MODULES = (
    amendment_jobs,
    campaign_jobs,
    act_jobs,
    board_jobs,
    complaint_jobs,
    custody_jobs,
    honour_jobs,
    draw_jobs,
    identity_jobs,
    ledger_jobs,
    media_jobs,
    message_jobs,
    reminder_jobs,
    report_jobs,
    review_jobs,
    settlement_jobs,
    reward_jobs,
    screen_jobs,
    step_jobs,
    wechat_jobs,
)
IN_A_SLICE = {"__init__", "tables", "errors", "service", "queries", "api", "jobs"}
SAYS_NOTHING = re.compile(r"(?i)(^|_)(utils?|helpers?|managers?|handlers?|infos?|misc|common|stuff|tmp)(_|$)")
# Problems that no client can meet: they end a command of the operator, or belong to what is not offered yet.
FACELESS = {
    "PhotoUnreadable": "the upload route answers it as JSON",
    "PhotoFormatUnknown": "the upload route answers it as JSON",
    "PhotoAnimated": "the upload route answers it as JSON",
    "PhotoTooLarge": "the upload route answers it as JSON",
    "PhotoTooManyPixels": "the upload route answers it as JSON",
    "PhotoTooSmall": "the upload route answers it as JSON",
    "TicketUnknown": "the upload route answers it as JSON",
    "TicketUsed": "the upload route answers it as JSON",
    "UploadIncomplete": "the upload route answers it as JSON",
    "backend.identity.credit_code": "institutions are added at the command line",
    "backend.identity.tree": "institutions are added at the command line",
    "backend.identity.roster.phone": "becomes a line of the roster's report",
    "backend.identity.roster.problems": "rosters are imported at the command line",
    "backend.messages.wecom_list": "the list is imported at the command line",
}


def shown(path: Path) -> str:
    """Name a file as it is named in the repository."""
    return path.relative_to(ROOT).as_posix()


def naming(pattern: str, files: list[Path], *but: str) -> list[str]:
    """List the files that hold a pattern, but for those named."""
    wanted = re.compile(pattern)
    return [shown(path) for path in files if shown(path) not in but and wanted.search(text_of(path))]


@cache
def text_of(path: Path) -> str:
    """Read a file of this tree once for all tests."""
    return path.read_text("utf-8")


@cache
def words_of_tests() -> frozenset[str]:
    """Gather every word of the tests but for this file."""
    return frozenset(word for path in TESTS if path != Path(__file__) for word in re.findall(r"\w+", text_of(path)))


def calls(path: Path) -> Iterator[str]:
    """List every call in a module, as `object.method`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


# Who may know whom.


def test_the_slices_import_only_downward() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    ended = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
    assert "1 kept, 0 broken" in ended.stdout


def test_the_product_does_not_know_its_demo_tests_or_benchmarks() -> None:
    assert naming(r"(?m)^\s*(?:from|import) (?:demo|tests|bench)\b", MODULES) == []


def test_a_service_neither_commits_nor_opens_a_session() -> None:
    found = [
        f"{shown(path)}: {call}"
        for path in MODULES
        if path.stem in {"service", "queries"}
        for call in calls(path)
        if call.endswith((".commit", ".rollback", "database.write", "database.read")) or call == "Database"
    ]

    assert found == []


def test_one_place_commits_for_the_service_and_one_for_migrations() -> None:
    assert naming(r"\.commit\(", MODULES) == ["backend/core/db.py", "backend/core/migrations.py"]


def test_one_place_asks_the_machine_for_the_time() -> None:
    asking = r"datetime\.(?:now|today|utcnow)\(|date\.today\(|\btime\.time\("

    assert naming(asking, MODULES) == ["backend/core/clock.py"]


def test_only_what_builds_things_reads_the_settings() -> None:
    building = ("backend/app.py", "backend/__main__.py", "backend/commands.py", "backend/settings.py")

    assert naming(r"\bSettings\(\)", MODULES, *building) == []


# What a file is called and says.


def test_every_module_says_what_it_is_for() -> None:
    folders = [path for name in ("demo", "bench") for path in sorted((ROOT / name).rglob("*.py"))]
    silent = [
        shown(path)
        for path in (*MODULES, *TESTS, *folders)
        if len(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "") < 10
    ]

    assert silent == []


def test_a_module_of_a_slice_has_a_usual_name_or_a_noun_of_its_own() -> None:
    own = [path for path in MODULES if path.parent != BACKEND and path.stem not in IN_A_SLICE]

    assert [shown(path) for path in own if SAYS_NOTHING.search(path.stem)] == []
    assert [shown(path) for path in own if not re.fullmatch(r"(__main__|[a-z]+(_[a-z0-9]+)*)", path.stem)] == []


def test_every_slice_has_its_place_in_the_order_and_says_what_it_owns() -> None:
    order = (ROOT / "pyproject.toml").read_text("utf-8").partition("layers = [")[2].partition("]")[0]
    slices = [path for path in sorted(BACKEND.iterdir()) if (path / "__init__.py").exists()]

    assert [path.name for path in slices if not re.search(rf"\b{path.name}\b", order)] == []
    assert [path.name for path in slices if not ast.get_docstring(ast.parse((path / "__init__.py").read_text()))] == []


def test_no_class_or_function_has_a_name_that_says_nothing() -> None:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        f"{shown(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, kinds)
        and node.name != "_PhoneInfo"  # WeChat's own word for what it sends
        and SAYS_NOTHING.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name))
    ]

    assert found == []


def test_no_module_postpones_its_annotations() -> None:
    assert naming(r"(?m)^from __future__ import annotations", MODULES) == []


def test_nothing_is_left_for_later_and_no_test_is_passed_over() -> None:
    later = r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error"
    passed_over = r"@?pytest\.(?:mark\.)?(?:sk" + r"ip|xf" + r"ail)"

    assert naming(later, [*MODULES, *TESTS]) == []
    # A real browser cannot always be had; whoever has none is told what to install.
    assert naming(passed_over, [*MODULES, *TESTS]) == ["tests/browser/conftest.py"]


# Problems and the contract with clients.


@pytest.mark.parametrize("problem", every_problem(), ids=lambda problem: problem.__name__)
def test_every_problem_has_a_face_for_clients_or_a_reason_to_have_none(problem: type) -> None:
    faceless = {problem.__module__, problem.__name__} & FACELESS.keys()

    assert (problem in FACES) is not bool(faceless)


@pytest.mark.parametrize("problem", every_problem(), ids=lambda problem: problem.__name__)
def test_every_problem_is_provoked_by_a_test(problem: type) -> None:
    assert problem.__name__ in words_of_tests()


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    """Return the schema as graphql-core knows it."""
    return schemas.build()._schema


def test_every_type_and_field_of_the_contract_is_described(contract: GraphQLSchema) -> None:
    ours = {name: one for name, one in contract.type_map.items() if not name.startswith("__")}
    silent = [name for name, one in ours.items() if not one.description]
    for name, one in ours.items():
        silent += [f"{name}.{field}" for field, own in getattr(one, "fields", {}).items() if not own.description]

    assert silent == []


def test_no_value_of_the_contract_is_a_binary_fraction(contract: GraphQLSchema) -> None:
    assert "Float" not in contract.type_map


def test_every_resolver_is_async() -> None:
    plain = [
        f"{shown(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(re.match(r"strawberry\.(field|mutation)", ast.unparse(one)) for one in node.decorator_list)
    ]

    assert plain == []


@pytest.mark.parametrize("document", sorted(SHIPPED))
def test_every_shipped_document_is_run_by_a_test(document: str) -> None:
    assert naming(rf'"{document}"', TESTS)


# Where a newcomer adds things.

GOOD_KIND = '''
"""Stairs instead of the lift. Points only."""

from enum import StrEnum

from pydantic import Field

from backend.checkins.kind import Details, Kind
from backend.core.text import Text


class Way(StrEnum):
    """Which way."""

    UP = "up"
    DOWN = "down"


class StairsDetails(Details):
    """Floors and way."""

    floors: int = Field(strict=True, ge=1, le=40)
    way: Way


class Stairs(Kind[StairsDetails]):
    """Several a day."""

    key = "stairs"
    title = Text("走楼梯", "Stairs")
    carbon_note = Text("只计积分：尚无可靠数值。", "Points only: there is no honest value.")


KIND = Stairs(StairsDetails)
'''
BAD_KIND = (
    GOOD_KIND.replace('key = "stairs"', 'key = "ramps"')
    .replace("只计积分：", "")
    .replace("strict=True, ge=1, le=40", "le=40")
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what a newcomer's working copy holds of the backend and the tests of kinds."""
    for folder in ("backend", "bench", "campaigns", "graphql", "alembic", "demo", "docs", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_a_new_kind_is_one_module_which_the_shared_tests_find_and_judge(checkout: Path) -> None:
    kinds = checkout / "backend" / "checkins" / "kinds"
    (kinds / "stairs.py").write_text(GOOD_KIND, encoding="utf-8")
    (kinds / "ramps.py").write_text(BAD_KIND, encoding="utf-8")
    asked = ["-m", "pytest", "tests/checkins/test_kinds.py", "-vv", "-p", "no:cacheprovider", "-k", "stairs or ramps"]

    ended = subprocess.run([sys.executable, *asked], cwd=checkout, capture_output=True, text=True, check=False)

    results = re.findall(r"::(test_\w+)\[(?:.*-)?(stairs|ramps)[\w.-]*\] (PASSED|FAILED)", ended.stdout)
    failed = {name for name, kind, result in results if result == "FAILED" and kind == "ramps"}
    assert len([1 for _, kind, _ in results if kind == "stairs"]) > 15, ended.stdout
    assert [one for one in results if one[1:] == ("stairs", "FAILED")] == [], ended.stdout
    assert failed == {
        "test_a_kind_without_an_honest_factor_says_that_it_is_points_only",
        "test_an_amount_that_cannot_be_is_refused_by_name",
    }


def test_a_new_theme_is_a_copied_folder_and_no_python(tmp_path: Path) -> None:
    shutil.copytree(paths.folder("campaigns"), tmp_path / "campaigns")
    root = tmp_path / "campaigns"
    shutil.copytree(root / "green-office", root / "spring-planting")
    sheet = root / "spring-planting" / "theme.toml"
    known = frozenset(all_kinds())

    as_copied = themes.problems(root, known)
    sheet.write_text(sheet.read_text("utf-8").replace('"green-office"', '"spring-planting"'), "utf-8")
    renamed = themes.problems(root, known)
    sheet.write_text(sheet.read_text("utf-8").replace('kind = "own_cup"', 'kind = "own_cap"'), "utf-8")
    mistyped = themes.problems(root, known)

    assert len(as_copied) == 1
    assert "spring-planting/theme.toml: key: must equal the folder name" in as_copied[0]
    assert renamed == []
    assert len([line for line in mistyped if "did you mean 'own_cup'?" in line]) == 1


def test_a_new_field_shows_as_a_stale_contract_until_it_is_written_down(checkout: Path) -> None:
    face = checkout / "backend" / "points" / "api.py"
    content = face.read_text("utf-8")
    points = '    points: Long = strawberry.field(description="Whole points.")\n'
    assert points in content
    face.write_text(content.replace(points, points + points.replace("points: Long", "coins: Long | None")), "utf-8")

    program = (
        "from typer.testing import CliRunner; from backend.__main__ import cli\n"
        "print([CliRunner().invoke(cli, ['schema', *more]).exit_code for more in (['--check'], [], ['--check'])])"
    )
    asked = [sys.executable, "-c", program]
    codes = subprocess.run(asked, cwd=checkout, capture_output=True, text=True, check=True).stdout.strip()

    assert codes == "[1, 0, 0]"
    assert "coins: Long\n" in (checkout / "graphql" / "schema.graphql").read_text("utf-8")


@pytest.mark.parametrize(
    "module",
    JOB_MODULES,
    ids=lambda module: module.__name__,
)
def test_every_job_of_a_slice_is_run_by_the_worker(module: ModuleType) -> None:
    own = [
        one for _, one in inspect.getmembers(module, inspect.iscoroutinefunction) if one.__module__ == module.__name__
    ]
    run = {getattr(job.tick, "func", job.tick) for job in worker.jobs(settings_for("sqlite://"))}

    assert [one.__name__ for one in own if not one.__name__.startswith("_") and one not in run] == []


def test_every_slices_jobs_are_looked_at_here() -> None:
    looked_at = {one.__file__ for one in JOB_MODULES}

    assert {str(path) for path in BACKEND.glob("*/jobs.py")} - looked_at == {str(BACKEND / "core" / "jobs.py")}
