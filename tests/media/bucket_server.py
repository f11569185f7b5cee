"""A server of its own that speaks S3 and checks signatures (rclone, which pip brings), on a free loopback port."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from backend.media.bucket import Place
from tests.crash.processes import PATIENCE_SECONDS

RCLONE = Path(sys.executable).with_name("rclone")
ACCESS_KEY, SECRET_KEY, BUCKET = "AKIDTESTS", "a-secret-that-opens-only-the-bucket-of-the-tests", "photos"
# Waits for the end of its input, which is our end however that comes, and then ends the server.
GUARDED = '"$@" </dev/null & read -r _; kill -9 $!'


class BucketServer:
    """The server; objects are files in `folder`/<bucket>."""

    def __init__(self, folder: Path, *, path_style: bool = True) -> None:
        self.folder = folder / "data"
        (self.folder / BUCKET).mkdir(parents=True)
        self.address = ""
        self._log = folder / "rclone.log"
        self._cache = folder / "cache"
        self._path_style = path_style
        self._guard: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it: on a free port first, on the same one afterwards."""
        self._log.write_text("")
        with self._log.open("a") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARDED, "guard", *self._command()],
                env={"PATH": "/usr/bin:/bin", "RCLONE_AUTH_KEY": f'"{ACCESS_KEY},{SECRET_KEY}"'},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for us
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while "/]" not in self._log.read_text():
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.02)
        self.address = self._log.read_text().partition("[")[2].partition("/]")[0]

    def _command(self) -> list[str | Path]:
        listening = self.address.removeprefix("http://") or "127.0.0.1:0"
        flags = [f"--addr={listening}", f"--force-path-style={str(self._path_style).lower()}"]
        quiet = ["--config=/dev/null", f"--cache-dir={self._cache}", "--vfs-cache-mode=off"]
        return [RCLONE, "serve", "s3", *flags, *quiet, self.folder]

    def stop(self) -> None:
        """End it without a word, as a power cut would; return when it is gone."""
        if self._guard is not None:
            self._guard.communicate()  # until its output ends, which the server holds open
            self._guard = None

    def place(self, prefix: str, **other: object) -> Place:
        """Return where its bucket is, or that with one thing wrong."""
        right = {
            "bucket": BUCKET,
            "prefix": prefix,
            "endpoint": self.address,
            "region": "us-east-1",
            "access_key": ACCESS_KEY,
            "secret_key": SecretStr(SECRET_KEY),
        }
        return Place(**right | other)  # type: ignore[arg-type]

    def settings(self, prefix: str) -> dict[str, object]:
        """Return the settings of a service that keeps its photos here."""
        return {
            "photos": f"s3://{BUCKET}/{prefix}",
            "photos_endpoint": self.address,
            "photos_access_key": ACCESS_KEY,
            "photos_secret_key": SECRET_KEY,
        }


@contextmanager
def bucket_server(folder: Path, *, path_style: bool = True) -> Iterator[BucketServer]:
    """Run a server for the length of the block."""
    server = BucketServer(folder, path_style=path_style)
    server.start()
    try:
        yield server
    finally:
        server.stop()
