"""What must hold of the house itself: its names, sizes, lock files, container, commands and distribution."""

import ast
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
VALUE_CODE = ("backend/points", "backend/carbon", "backend/checkins/kinds")
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Each is put together here, so that this file does not contain what it looks for.
REGISTRY_MARKS = {
    "a resolved address": r'"resolved' + r'"\s*:',
    "a registry setting": r"(?m)^\s*(?:@\w+:)?registry" + r"\s*=\s*\S*//",
    "an index setting": r"--(?:extra-)?index" + r"-url|(?m:^\s*(?:extra-)?index" + r"-url\s*=)",
    "a registry's host": "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("npmmirror", "com"),
            ("crates", "io"),
            ("docker", "io"),
            ("ghcr", "io"),
            ("quay", "io"),
            ("pypi", "tuna"),
        )
    ),
}


def kept_files() -> list[Path]:
    """List what git keeps or would keep; where there is no git (an unpacked archive), what lies there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def python_files(folder: str) -> list[Path]:
    """List the modules below a folder; a folder that lost them would make every law below it empty."""
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no Python in {folder}"
    return found


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk over every function, methods and inner ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def shown(path: Path) -> str:
    """Name a file as it is named in the repository."""
    return path.relative_to(ROOT).as_posix()


# The two name traps.


def test_no_folder_of_ours_can_be_imported_in_place_of_a_library() -> None:
    forbidden = ["graphql/__init__.py", "alembic/__init__.py", "tests/graphql", "tests/alembic"]

    assert [name for name in forbidden if (ROOT / name).exists()] == []
    assert list((ROOT / "graphql").rglob("*.py")) == []


@pytest.mark.parametrize("library", ["graphql", "alembic"])
def test_the_library_wins_over_our_folder_of_the_same_name(library: str) -> None:
    question = f"import {library}; print({library}.__file__)"

    answer = subprocess.run(
        [sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()

    assert not Path(answer).is_relative_to(ROOT / library)


# Addresses and locks.


@pytest.mark.parametrize("mark", REGISTRY_MARKS)
def test_no_kept_file_names_a_package_registry(mark: str) -> None:
    pattern = re.compile(REGISTRY_MARKS[mark])

    naming = [shown(path) for path in kept_files() if pattern.search(path.read_text("utf-8", errors="ignore"))]

    assert naming == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_version_and_hash_and_has_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()

    entries = re.split(r"\n(?=[a-z0-9])", text)

    assert "//" not in text
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_developers_lock_repeats_every_pin_of_the_other_one() -> None:
    runtime, developers = (set(re.findall(r"(?m)^[a-z0-9].*==\S+", (ROOT / lock).read_text())) for lock in LOCKS)

    assert runtime - developers == set()


def test_every_direct_requirement_is_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {LOCKS[0]: project["dependencies"], LOCKS[1]: extras["test"] + extras["lint"]}

    missing = [
        (lock, requirement)
        for lock, requirements in wanted.items()
        for requirement in requirements
        if f"\n{re.split('[^A-Za-z0-9-]', requirement)[0]}==" not in "\n" + (ROOT / lock).read_text()
    ]

    assert missing == []


def test_no_lock_of_the_kind_that_names_addresses_is_kept() -> None:
    assert [shown(path) for path in kept_files() if path.name in {"uv.lock", "pylock.toml", "poetry.lock"}] == []


# Sizes and value code.


def test_every_file_of_the_backend_is_short_enough_to_read() -> None:
    long = {shown(path): len(path.read_text().splitlines()) for path in python_files("backend")}

    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_every_function_of_the_backend_is_short_enough_to_read() -> None:
    long = [
        f"{shown(path)}: {node.name}"
        for path in python_files("backend")
        for node in functions(ast.parse(path.read_text()))
        if (node.end_lineno or node.lineno) - node.lineno >= 60
    ]

    assert long == []


@pytest.mark.parametrize("folder", VALUE_CODE)
def test_value_code_knows_no_float(folder: str) -> None:
    floats = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files(folder)
        if path.name != "jobs.py"  # how often a job is due is seconds, not value
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]

    assert floats == []


def test_no_table_module_postpones_its_annotations() -> None:
    tables = [path for path in python_files("backend") if path.name == "tables.py"]

    assert [shown(path) for path in tables if "from __future__ import" in path.read_text()] == []


# The commands.


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run our Makefile in a folder of its own."""
    for name in ("Makefile", *LOCKS):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_make_says_so_when_there_is_no_python_new_enough(tmp_path: Path) -> None:
    ended = run_make(tmp_path, "demo", "PYTHON=false")

    assert ended.returncode != 0
    assert "Python 3.11 or newer is needed" in ended.stderr
    assert not (tmp_path / ".venv").exists()


def test_make_says_so_when_python_cannot_make_environments(tmp_path: Path) -> None:
    stripped = tmp_path / "python-without-ensurepip"
    stripped.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n')
    stripped.chmod(0o755)

    ended = run_make(tmp_path, "test", f"PYTHON={stripped}")

    assert ended.returncode != 0
    assert "install python3-venv" in ended.stderr


def run_ci(folder: Path, failing: str) -> tuple[int, list[str]]:
    """Run .ci/run with a make that only writes down what it was asked, and fails at one target."""
    (folder / ".ci").mkdir()
    (folder / ".ci" / "run").write_bytes((ROOT / ".ci/run").read_bytes())
    stand_in = folder / "make"
    stand_in.write_text(f'#!/bin/sh\necho "$PWD $*" >>"{folder}/asked"\n[ "$1" != "{failing}" ]\n')
    stand_in.chmod(0o755)
    search = {"PATH": f"{folder}:{os.environ['PATH']}"}
    ended = subprocess.run(["bash", folder / ".ci/run"], cwd="/", env=search, capture_output=True, check=False)
    return ended.returncode, (folder / "asked").read_text().splitlines()


@pytest.mark.parametrize(
    ("failing", "passes", "asked"),
    [("nothing", True, ["check", "test"]), ("check", False, ["check"]), ("test", False, ["check", "test"])],
)
def test_ci_runs_check_and_test_and_fails_when_they_fail(
    tmp_path: Path, failing: str, passes: bool, asked: list[str]
) -> None:
    code, seen = run_ci(tmp_path, failing)

    assert (code == 0) is passes
    assert seen == [f"{tmp_path} {target}" for target in asked]
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text("utf-8")


# The container.


def test_the_image_installs_the_same_lock_in_the_same_way_as_make() -> None:
    makefile, dockerfile = (ROOT / "Makefile").read_text(), (ROOT / "Dockerfile").read_text()
    installing = re.search(r"(?m)^INSTALL := \$\(RUN\) (.*)$", makefile)
    assert installing

    flat = dockerfile.replace("\\\n", " ")

    assert [part for part in installing[1].split() if part not in flat.split()] == []
    assert "-r requirements.lock" in flat
    assert flat.count("pip install") == 1


def test_the_image_runs_the_service_and_not_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    users = [line.split()[1] for line in lines if line.startswith("USER ")]

    assert users
    assert users[-1] not in {"root", "0"}
    assert 'ENTRYPOINT ["python", "-m", "backend"]' in lines
    assert [line for line in lines if line.startswith("FROM ") and "/" in line] == []


def test_the_image_copies_only_what_its_ignore_file_lets_in() -> None:
    let_in = set(re.findall(r"(?m)^!(\S+)", (ROOT / ".dockerignore").read_text()))

    copied = set(re.findall(r"(?m)^COPY ([^-\s]\S*)", (ROOT / "Dockerfile").read_text()))

    assert copied == let_in
    assert {"backend", "graphql", "campaigns", "alembic"} <= copied


def compose() -> dict[str, Any]:
    """Read the services of compose.yaml, merged."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert isinstance(services, dict)
    return services


def test_compose_starts_two_of_each_after_one_migration() -> None:
    services = compose()

    assert set(services) == {"postgres", "migrate", "api", "worker"}
    assert {name: services[name]["command"] for name in ("migrate", "api", "worker")} == {
        "migrate": ["migrate"],
        "api": ["serve"],
        "worker": ["worker"],
    }
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("api", "worker"):
        assert services[name]["deploy"]["replicas"] == 2
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["postgres"]["healthcheck"]["test"]
    assert services["postgres"]["volumes"]


def test_compose_has_no_secret_of_its_own_and_sets_only_what_there_is() -> None:
    environment = compose()["api"]["environment"]
    known = {f"TANHUI_{name.upper()}" for name in Settings.model_fields}

    for name in ("TANHUI_DATABASE_URL", "TANHUI_SECRET_KEY", "TANHUI_WECHAT_APP_ID", "TANHUI_WECHAT_APP_SECRET"):
        assert ":?" in environment[name], name
    assert set(environment) - known == set()
    assert set(re.findall(r"(TANHUI_\w+)=", (ROOT / "Dockerfile").read_text())) - known == set()


# The distribution.


def test_the_wheel_holds_the_backend_with_its_folders_and_nothing_else(tmp_path: Path) -> None:
    building = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]

    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)

    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    outside = [name for name in names if not re.match(r"backend/|tanhui-[\d.]+\.dist-info/", name)]
    assert outside == []
    for folder in ("graphql", "campaigns", "alembic"):
        wanted = {f"backend/_packaged/{shown(path)}" for path in kept_files() if shown(path).startswith(f"{folder}/")}
        assert wanted
        assert wanted - set(names) == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    fonts = {f"backend/media/fonts/NotoSansSC-{weight}.woff2" for weight in ("Regular", "Bold")}
    assert fonts | {"backend/media/fonts/OFL.txt", "backend/media/fonts/coverage.txt"} <= set(names)
    assert any(name.endswith("licenses/backend/media/fonts/OFL.txt") for name in names)


# The PostgreSQL of the tests.


def test_the_postgresql_of_the_tests_goes_when_its_owner_is_killed() -> None:
    owner = (
        "import time; from tests import postgres\n"
        "with postgres.server(durable=False) as running:\n"
        "    print(running.url_for('x'), flush=True); time.sleep(600)"
    )
    alone = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    with subprocess.Popen([sys.executable, "-c", owner], cwd=ROOT, env=alone, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().split("host=")[1].split("&")[0])
        assert (folder / "data" / "postmaster.pid").exists()

        run.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
