"""Play a week in a made-up city, then keep serving: `make demo`, or `python -m demo`.

It listens on 127.0.0.1:8000 and keeps its files under ./var; PORT, DATA_DIR and FRESH=1 change that.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from demo.folder import Folder, InUse
from demo.speech import say


class Stopped(BaseException):
    """Somebody asked us to stop."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description="Play a week in a made-up city, then keep serving.")
    parser.add_argument("--staff", type=int, default=0, help="about how many people (default: 2,158)")
    parser.add_argument("--days", type=int, default=5, choices=range(1, 6), help="days of the week to play")
    parser.add_argument("--once", action="store_true", help="stop after the play")
    return parser.parse_args()


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Stopped


def main() -> int:
    """Run the demo and return the exit code."""
    asked = _arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    place = Folder(Path(os.environ.get("DATA_DIR") or "var"))
    try:
        with place.alone():
            if os.environ.get("FRESH") == "1":
                place.clear()
            # Only now: these imports take a second, and the messages above should not wait for them.
            from demo import stage  # noqa: PLC0415

            return stage.run(place, _port(), asked.staff, asked.days, once=asked.once)
    except InUse:
        say(f"已有一个演示在使用 {place.root} · another demo is using this folder")
        return 1
    except Stopped:
        return 0


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or int(text) > 65535:
        say(f"PORT 应为 0–65535 的数字，现为 {text} · PORT must be a number from 0 to 65535")
        raise SystemExit(1)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
