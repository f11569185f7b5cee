"""Show how the week goes: a bar where somebody looks, plain lines where a file does."""

import sys
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Shown(Protocol):
    """What shows progress."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def move(self, title: str, done: float, check_ins: int) -> None:
        """Say which part is played, how many parts are done, and how many check-ins there are."""

    def note(self, text: str) -> None:
        """Say something beside the progress."""


class Bar:
    """A bar that moves in place."""

    def __init__(self, total: int) -> None:
        self._progress = Progress(
            TextColumn("[green]{task.description}"),
            BarColumn(bar_width=32),
            TaskProgressColumn(),
            TextColumn("打卡 {task.fields[check_ins]} 次"),
            TimeElapsedColumn(),
            console=Console(highlight=False, soft_wrap=True),
        )
        self._task = self._progress.add_task("准备", total=total, check_ins=0)

    def __enter__(self) -> Self:
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)

    def move(self, title: str, done: float, check_ins: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, description=title, completed=done, check_ins=check_ins)

    def note(self, text: str) -> None:
        """Print above the bar."""
        self._progress.console.print(text, markup=False)


class Lines:
    """One line a part."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._title = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def move(self, title: str, done: float, check_ins: int) -> None:
        """Print a line when a new part begins."""
        if title != self._title:
            print(f"  [{done:2.0f}/{self._total}] {title}  打卡 {check_ins} 次", flush=True)
            self._title = title

    def note(self, text: str) -> None:
        """Print a line."""
        print(text, flush=True)


def shown(total: int) -> Shown:
    """Return a bar on a terminal, and lines elsewhere."""
    return Bar(total) if sys.stdout.isatty() else Lines(total)
