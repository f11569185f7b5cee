"""Where the browser comes from: named, found, brought once by the set-up, or said to be missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

APT = """#!/bin/sh
echo "$*" >>"$(dirname "$0")/calls"
case "$*" in *install*) sleep 0.3; cp "$0" "$(dirname "$0")/chromium";; esac
"""
BROKEN = "#!/bin/sh\necho 'E: no such package' >&2\nexit 100\n"
ASK = """
import os, sys
from pathlib import Path
from tests.browser import chromium
chromium._LOCK, os.geteuid = Path(sys.argv[1]), lambda: int(sys.argv[2])
try:
    print(chromium.provided())
except chromium.Missing as missing:
    print("missing:", missing)
"""


def asked(folder: Path, *, times: int = 1, root: bool = True, **environment: str) -> list[str]:
    """Let so many processes at once ask for a Chromium, on a machine that has only what is in a folder."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "sleep", "cp"):
        (tools / name).symlink_to(f"/bin/{name}")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, str(folder / "lock"), "0" if root else "1000"],
            env={
                "PATH": f"{folder}:{tools}",
                "PYTHONPATH": str(Path.cwd()),
                "PYTEST_XDIST_TESTRUNUID": "run",
                **environment,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(times)
    ]
    return [process.communicate(timeout=60)[0].strip() for process in processes]


def program(folder: Path, name: str, content: str) -> None:
    """Put a program where it is found."""
    (folder / name).write_text(content, encoding="utf-8")
    (folder / name).chmod(0o755)


def test_several_processes_bring_one_browser_once(tmp_path: Path) -> None:
    program(tmp_path, "apt-get", APT)

    answers = asked(tmp_path, times=3)

    assert answers == [str(tmp_path / "chromium")] * 3
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split()[-1] for call in calls] == ["update", "chromium"]


def test_what_could_not_be_brought_is_said_in_one_line_and_not_tried_again(tmp_path: Path) -> None:
    program(tmp_path, "apt-get", BROKEN)

    answers = asked(tmp_path, times=2)

    assert len(set(answers)) == 1
    assert answers[0].startswith("missing: apt-get could not install Chromium (E: no such package)")


@pytest.mark.parametrize(("is_root", "has_apt"), [(False, True), (True, False)])
def test_who_may_not_install_is_told_what_to_do(tmp_path: Path, is_root: bool, has_apt: bool) -> None:
    if has_apt:
        program(tmp_path, "apt-get", APT)

    (answer,) = asked(tmp_path, root=is_root)

    assert answer == "missing: no Chromium: install it (apt-get install chromium), or let CHROMIUM name one"


def test_a_browser_is_named_or_found_by_the_names_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    program(tmp_path, "google-chrome", "#!/bin/sh\n")
    program(tmp_path, "another", "#!/bin/sh\n")

    plain = chromium.provided()
    monkeypatch.setenv("CHROMIUM", "another")
    named = chromium.provided()
    monkeypatch.setenv("CHROMIUM", "nowhere")
    with pytest.raises(chromium.Missing, match="CHROMIUM names nowhere"):
        chromium.provided()

    assert (Path(plain).name, Path(named).name) == ("google-chrome", "another")
