"""Lead the play: set the clock for each part of the week, and let the client process play it."""

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

from backend.core import clock
from demo import children, prelude, week
from demo.children import Child, ChildFailed
from demo.folder import Folder, Progress
from demo.progress import Shown
from demo.week import MIDNIGHT, Part

_STARTS: Final = 3  # of the client in one part, before we give up
_PART_SECONDS: Final = 300.0
_LOOK_SECONDS: Final = 0.25


class ClientGone(Exception):
    """The client process has ended before its part was played."""


class Client:
    """The process with the phones; it plays what it is told to."""

    def __init__(self, arguments: Sequence[str], place: Folder, environment: Mapping[str, str]) -> None:
        with place.log("client").open("ab") as log:
            self.process = children.start(
                ["-m", "demo.client", *arguments],
                environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log.fileno(),
            )
        assert self.process.stdin
        assert self.process.stdout
        self._said: queue.Queue[str] = queue.Queue()
        self._stdin = self.process.stdin
        threading.Thread(target=_listen, args=(self.process.stdout, self._said), daemon=True).start()

    def ask(self, word: str, until: str, hear: Callable[[dict[str, Any]], None], check: Callable[[], None]) -> Any:
        """Send a word and pass on what the client says until it says `until`; raises ClientGone."""
        try:
            self._stdin.write(f"{word}\n")
            self._stdin.flush()
        except OSError:
            raise ClientGone from None
        for _ in range(int(_PART_SECONDS / _LOOK_SECONDS)):
            try:
                line = self._said.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                check()
                continue
            if not line:
                break
            said = json.loads(line)
            if until in said:
                return said
            hear(said)
        raise ClientGone

    def end(self) -> None:
        """End the process."""
        children.end(self.process)


def _listen(stdout: IO[str], said: "queue.Queue[str]") -> None:
    for line in stdout:
        said.put(line)
    said.put("")


class Conductor:
    """Plays what of the week has not been played."""

    def __init__(
        self, place: Folder, progress: Progress, start: Callable[[], Client], watched: Sequence[Child], shown: Shown
    ) -> None:
        self._place = place
        self._progress = progress
        self._start = start
        self._watched = watched
        self.shown = shown
        self.client: Client | None = None
        self.parts = story(progress)

    def left(self) -> list[Part]:
        """Return the parts that are still to be played."""
        return [part for part in self.parts if part.key not in self._progress.played]

    def play(self, screens_hang: Callable[[list[dict[str, str]]], None]) -> None:
        """Play them all; raises ChildFailed when something does not go on."""
        for part in self.left():
            self._set_clock(part)
            said = self._insist(part.key, "finished", lambda said, part=part: self._hear(part, said))  # type: ignore[misc]
            self._progress.played.append(part.key)
            self._progress.check_ins += said["check_ins"]
            self._progress.clock = part.at.isoformat()
            self._place.save(self._progress)
            if said["screens"] and not self._progress.found.get("screens"):
                self._progress.found["screens"] = said["screens"]
                screens_hang(said["screens"])
        if "guest" not in self._progress.found:
            found = self._insist("guest", "guest", lambda _: None)
            self._progress.found |= {"guest": found["guest"], "papers": found["papers"]}
        self.shown.move("完成", len(self.parts), self._progress.check_ins)
        self._place.save(self._progress)

    def end(self) -> None:
        """End the client."""
        if self.client:
            self.client.end()
            self.client = None

    def _insist(self, word: str, until: str, hear: Callable[[dict[str, Any]], None]) -> Any:
        """Ask the client; where it has died, start another one: what was recorded is not recorded twice."""
        for _ in range(_STARTS):
            self.client = self.client or self._start()
            try:
                return self.client.ask(word, until, hear, self._check)
            except ClientGone:
                self.end()
                self.shown.note("  客户端中断，重新启动后接着打卡 · the client has stopped; another one goes on")
        raise ChildFailed(f"client\n{children.tail(self._place.log('client'))}")

    def _hear(self, part: Part, said: dict[str, Any]) -> None:
        self.shown.move(
            part.title, self.parts.index(part) + said["progress"], self._progress.check_ins + said["check_ins"]
        )

    def _set_clock(self, part: Part) -> None:
        self.shown.move(part.title, self.parts.index(part), self._progress.check_ins)
        speed = 4 if part.name == MIDNIGHT else 1
        clock.set_file_clock(self._place.clock, part.at, speed)

    def _check(self) -> None:
        for child in self._watched:
            child.check()


def story(progress: Progress) -> list[Part]:
    """Return every part: the campaign of weeks before, then the week.

    A folder whose week had begun before there was such a campaign goes on without it: time does not run backwards.
    """
    before, own = list(prelude.parts(progress.first_day)), list(week.parts(progress.first_day, progress.days))
    begun = progress.played and progress.played[0] == own[0].key
    return own if begun else before + own


def resume_clock(place: Folder, progress: Progress) -> None:
    """Set the clock to where it stood, or to where the story begins."""
    stood = datetime.fromisoformat(progress.clock) if progress.clock else story(progress)[0].at
    clock.set_file_clock(place.clock, stood, 1)
