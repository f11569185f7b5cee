"""Put everything on stage, play, keep serving, and take everything down again in good order."""

import asyncio
import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from datetime import datetime
from typing import Final

from backend.core import clock, migrations
from demo import city, conductor, folder, founding, progress, speech, week
from demo.children import Child, ChildFailed
from demo.conductor import Client, Conductor
from demo.folder import Folder, Progress
from demo.speech import say

HOST: Final = "127.0.0.1"
_LISTENING: Final = re.compile(r"listening on (http://\S+)")


class Stage:
    """The processes that are running, in the order in which they were started."""

    def __init__(self, place: Folder, port: int) -> None:
        self.place = place
        self.port = port
        self.children: list[Child] = []
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TANHUI_")}
        self.base = self.wechat = ""
        self._settings: dict[str, str] = {}

    def start_wechat(self) -> None:
        """Start the sandbox WeChat on a free port."""
        secrets = self.place.secrets()
        arguments = ["--app-id", secrets["TANHUI_WECHAT_APP_ID"], "--app-secret", secrets["TANHUI_WECHAT_APP_SECRET"]]
        arguments += ["--users", str(self.place.users), "--clock", str(self.place.clock)]
        # Both sides are told where the other one listens before either does.
        self.port = self.port or _free_port()
        arguments += ["--push-url", f"http://{HOST}:{self.port}/wechat/push", "--resend-seconds", "0.5"]
        arguments += ["--push-token", secrets["TANHUI_WECHAT_PUSH_TOKEN"]]
        arguments += ["--push-key", secrets["TANHUI_WECHAT_PUSH_KEY"]]
        self._start("sandbox", ["-m", "demo.wechat_sandbox", *arguments])

    def start_service(self) -> None:
        """Start API and worker, and wait until the API answers."""
        port = self.children[0].wait_for(lambda log: log.strip() if log.strip().isdecimal() else None)
        self.wechat = f"http://{HOST}:{port}"
        self._settings = {
            **self.place.secrets(),
            "TANHUI_MODE": "development",
            "TANHUI_DATABASE_URL": f"sqlite:///{self.place.database}",
            "TANHUI_WECHAT_BASE_URL": self.wechat,
            "TANHUI_PUBLIC_BASE_URL": f"http://{HOST}:{self.port}",
            "TANHUI_PHOTOS": str(self.place.photos),
            "TANHUI_CLOCK_FILE": str(self.place.clock),
            "TANHUI_CAMPAIGNS_FOLDER": str(self.place.furnish_campaigns()),
            "TANHUI_HOST": HOST,
            "TANHUI_PORT": str(self.port),
            "TANHUI_TICK_SECONDS": "0.5",
        }
        lines = [f"{name}='{value}'" for name, value in self._settings.items()]
        folder.write(self.place.environment, "\n".join(lines) + "\n")
        self.environment.update(self._settings)
        self._start("api", ["-m", "backend", "serve"])
        self._start("worker", ["-m", "backend", "worker"])
        api = self.children[1]
        self.base = api.wait_for(lambda log: found[1] if (found := _LISTENING.search(log)) else None)
        api.wait_for(lambda _: "ready" if _is_ready(self.base) else None)

    def client(self, kept: Progress) -> Client:
        """Start the client, which is told two addresses and its part of the story."""
        arguments = ["--service", self.base, "--wechat", self.wechat, "--memory", str(self.place.memory)]
        arguments += ["--papers", str(self.place.papers)]
        arguments += ["--monday", kept.monday, "--days", str(kept.days), "--seed", str(kept.seed)]
        # No word of the service's settings: the client is somebody else.
        outside = {name: value for name, value in self.environment.items() if not name.startswith("TANHUI_")}
        return Client(arguments, self.place, outside)

    def check(self) -> None:
        """Raise ChildFailed when a process has ended."""
        for child in self.children:
            child.check()

    def strike(self) -> None:
        """End every process, the last one first."""
        while self.children:
            self.children.pop().end()

    def _start(self, name: str, arguments: list[str]) -> None:
        self.children.append(Child(name, arguments, self.place.log(name), self.environment))


def run(place: Folder, port: int, staff: int, days: int, *, once: bool) -> int:
    """Run the demo in a folder that is ours alone; return the exit code."""
    if not _is_free(port):
        say(
            f"端口 {port} 已被占用，请换一个：PORT=8080 make demo\n"
            f"Port {port} is in use: take another one, as in PORT=8080 make demo"
        )
        return 1
    began = time.monotonic()
    stage, kept = Stage(place, port), _progress(place, staff, days)
    lead = None
    try:
        _build(stage, kept)
        say(f"碳惠已启动 · Tanhui serves on {stage.base} ({time.monotonic() - began:.1f} s)")
        lead = _play(stage, kept)
        _show(stage, kept)
        while not once:
            time.sleep(0.5)
            stage.check()
    except ChildFailed as failure:
        say(f"演示中断，日志在 · the demo has failed, its logs are in {place.root / 'logs'}\n{failure}")
        return 1
    finally:
        _end(stage, lead, kept)
    return 0


def _progress(place: Folder, staff: int, days: int) -> Progress:
    monday = week.monday_of(datetime.now(week.ZONE).date())
    return place.progress() or Progress(monday.isoformat(), staff or city.EVERYBODY, days)


def _build(stage: Stage, kept: Progress) -> None:
    """1. The people and the clock. 2. WeChat, which starts meanwhile. 3. Database and city. 4. API and worker."""
    place, people = stage.place, city.people(kept.staff, kept.seed)
    if not kept.founded:
        founding.write_files(place, people, kept.first_day)
    conductor.resume_clock(place, kept)
    stage.start_wechat()
    migrations.upgrade(f"sqlite:///{place.database}")
    if not kept.founded:
        now = clock.FileClock(place.clock).now()
        asyncio.run(founding.found(place, people, place.secrets()["TANHUI_SECRET_KEY"], kept.first_day, now))
        kept.founded = True
        place.save(kept)
        say(f"海河市：{len(city.UNITS)} 个单位，{len(people)} 人 · {len(city.UNITS)} institutions, {len(people)} staff")
    stage.start_service()


def _play(stage: Stage, kept: Progress) -> Conductor:
    lead = Conductor(stage.place, kept, lambda: stage.client(kept), stage.children, progress.Lines(0))
    if not lead.left() and "guest" in kept.found:
        return lead
    began, before = time.monotonic(), kept.check_ins
    with progress.shown(len(lead.parts)) as shown:
        lead.shown = shown
        try:
            lead.play(lambda hung: shown.note(speech.screens(stage.base, hung)))
        finally:
            lead.end()
    seconds, made = time.monotonic() - began, kept.check_ins - before
    say(f"打卡 {made} 次，用时 {seconds:.0f} 秒 · {made} check-ins in {seconds:.0f} s ({made / seconds:.0f}/s)")
    return lead


def _show(stage: Stage, kept: Progress) -> None:
    text = speech.where_to_look(stage.base, stage.place, kept.found)
    folder.write(stage.place.look, text + "\n")
    say(f"看这里 · where to look (also in {stage.place.look}):\n{text}")


def _end(stage: Stage, lead: Conductor | None, kept: Progress) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # we are stopping already
    if lead:
        lead.end()
    stage.strike()
    if kept.founded:
        asyncio.run(founding.settle(stage.place))
    if lead and not lead.left() and stage.place.clock.exists():
        now = clock.FileClock(stage.place.clock).now().astimezone(week.ZONE)
        kept.clock = min(now, lead.parts[-1].at.replace(hour=23)).isoformat()
        stage.place.save(kept)
    say("已停止 · stopped")


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def _is_ready(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(json.load(answer)["status"] == "ready")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
