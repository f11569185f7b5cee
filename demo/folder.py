"""What the demo keeps under DATA_DIR: database, secrets, clock, how far the week has been played."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

SEED: Final = 20_260_615
_SHIPPED: Final = Path(__file__).resolve().parents[1]
_OURS: Final = (
    "demo.db",
    "demo.db-wal",
    "demo.db-shm",
    "demo.db.migrating",
    "demo.json",
    "demo.env",
    "secrets.json",
    "clock.json",
    "roster.csv",
    "wechat-users.json",
    "client.json",
    "where-to-look.txt",
    "logs/sandbox.log",
    "logs/api.log",
    "logs/worker.log",
    "logs/client.log",
)


class InUse(Exception):
    """Another demo is running in this folder."""


@dataclass
class Progress:
    """How far the demo has come; `clock` is where simulated time stood when it was stopped."""

    monday: str
    staff: int
    days: int
    seed: int = SEED
    founded: bool = False
    played: list[str] = field(default_factory=list)
    check_ins: int = 0
    clock: str | None = None
    found: dict[str, Any] = field(default_factory=dict)  # what the client found worth a look

    @property
    def first_day(self) -> date:
        """The Monday of the week."""
        return date.fromisoformat(self.monday)


class Folder:
    """DATA_DIR and the names of what lies in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.database = self.root / "demo.db"
        self.clock = self.root / "clock.json"
        self.roster = self.root / "roster.csv"
        self.users = self.root / "wechat-users.json"
        self.memory = self.root / "client.json"
        self.photos = self.root / "demo-photos"
        self.environment = self.root / "demo.env"
        self.look = self.root / "where-to-look.txt"
        self.papers = self.root / "demo-papers"
        self.campaigns = self.root / "demo-campaigns"
        self._progress = self.root / "demo.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second demo out of this folder while the block runs; raises InUse."""
        (self.root / "logs").mkdir(parents=True, exist_ok=True)
        with (self.root / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUse from None
            yield

    def clear(self) -> None:
        """Remove what a demo has made here, and nothing else."""
        for name in _OURS:
            (self.root / name).unlink(missing_ok=True)
        for folder in (self.photos, self.papers, self.campaigns):
            shutil.rmtree(folder, ignore_errors=True)

    def furnish_campaigns(self) -> Path:
        """Copy the campaigns folder, as it is now, beside the demo's templates of messages; return the copy."""
        shutil.rmtree(self.campaigns, ignore_errors=True)
        shutil.copytree(_SHIPPED / "campaigns", self.campaigns)
        shutil.copyfile(_SHIPPED / "demo" / "messages.toml", self.campaigns / "messages.toml")
        return self.campaigns

    def log(self, name: str) -> Path:
        """Return where a process writes its log."""
        return self.root / "logs" / f"{name}.log"

    def progress(self) -> Progress | None:
        """Read how far an earlier demo came, or None."""
        if not self._progress.exists():
            return None
        kept = json.loads(self._progress.read_text(encoding="utf-8"))
        known = {one.name for one in fields(Progress)}
        return Progress(**{name: value for name, value in kept.items() if name in known})

    def save(self, progress: Progress) -> None:
        """Keep how far the demo came."""
        write(self._progress, json.dumps(asdict(progress), ensure_ascii=False, indent=1))

    def secrets(self) -> dict[str, str]:
        """Return the secrets of this demo, made up at its first start."""
        path = self.root / "secrets.json"
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        made = {
            "TANHUI_SECRET_KEY": secrets.token_urlsafe(32),
            "TANHUI_WECHAT_APP_ID": f"wx{secrets.token_hex(8)}",
            "TANHUI_WECHAT_APP_SECRET": secrets.token_hex(16),
            "TANHUI_WECHAT_PUSH_TOKEN": secrets.token_hex(16),
            "TANHUI_WECHAT_PUSH_KEY": secrets.token_hex(22)[:43],
        }
        if made.keys() - kept.keys():
            kept = made | kept
            write(path, json.dumps(kept, indent=1))
        return kept


def write(path: Path, text: str) -> None:
    """Replace a file of which nobody else on the machine may read a word, wholly or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
