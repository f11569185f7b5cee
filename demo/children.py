"""The processes that the demo starts, and only those: started by command, watched and ended by id."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_PATIENCE_SECONDS: Final = 8.0
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of Linux


class ChildFailed(Exception):
    """A process ended by itself, or did not get ready; the text holds the end of its log."""


class Child:
    """One process; its log holds what it says."""

    def __init__(self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as file:
            self.process = start(arguments, environment, stdout=file.fileno(), stderr=file.fileno())

    def check(self) -> None:
        """Raise ChildFailed when the process has ended."""
        if self.process.poll() is not None:
            raise ChildFailed(f"{self.name}: {self.process.returncode}\n{tail(self.log)}")

    def wait_for(self, read: Callable[[str], str | None], seconds: float = 20) -> str:
        """Return what `read` finds in the log as soon as it finds something; raises ChildFailed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = read(self.log.read_text(encoding="utf-8", errors="replace"))
            if found is not None:
                return found
            self.check()
            time.sleep(0.02)
        raise ChildFailed(f"{self.name}: not ready after {seconds:.0f} s\n{tail(self.log)}")

    def end(self) -> None:
        """End the process and wait until it is gone."""
        end(self.process)


def start(
    arguments: Sequence[str], environment: Mapping[str, str], *, stdout: int, stderr: int, stdin: int | None = None
) -> "subprocess.Popen[str]":
    """Start `python …` in a group of its own, so that Ctrl-C reaches us alone and we end it in good order."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=_ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one call into the kernel
    )


def end(process: "subprocess.Popen[str]") -> None:
    """Ask a process to stop, and insist after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tail(log: Path, lines: int = 12) -> str:
    """Return the end of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SELF = os.getpid()


def _die_with_parent() -> None:
    """Have the kernel end this process when the demo is killed so hard that it cannot do so itself."""
    if _LIBC is not None:
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != _SELF:
            os._exit(1)  # it died before we asked
