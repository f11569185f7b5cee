"""Messages as tests play them: posted by the service, sent by workers, taken by the sandbox, allowed on phones."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlmodel import col, select, update

from backend import worker
from backend.campaigns import message_sheet
from backend.core import paths
from backend.core.clock import FixedClock
from backend.core.db import WriteSession
from backend.core.jobs import Job
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity.tables import Login, Membership
from backend.messages import addresses, service
from backend.messages.tables import SENT, Message, MessageDelivery, MessagePermit
from backend.wechat.notices import SUBSCRIBE
from demo.wechat_sandbox.notices import event
from tests.cast import World, populate
from tests.media.moderating import BASE, PUSH_KEY, PUSH_TOKEN

CORP_ID, CORP_SECRET = "ww0123456789abcdef", "the-secret-of-the-corp-0123456789"
ONE, LONG, STAFF = "one-time-template-01", "long-term-template-1", "employee-template-01"
ADJUSTED = "points_adjusted"
FIELDS = {"thing1": "{campaign}", "number2": "{points}", "thing3": "{reason}", "time4": "{posted_at}"}
WECOM = """
[[wecom]]
kind = "points_adjusted"
title = "积分有调整"
description = "请在小程序查看"
rows = [ { key = "活动", value = "{campaign}" }, { key = "原因", value = "{reason}" } ]
"""


def carried(channel: str, template: str, kind: str = ADJUSTED, fields: dict[str, str] = FIELDS) -> str:
    """Return the part of the configuration by which a template carries a kind."""
    listed = ", ".join(f'{name} = "{text}"' for name, text in fields.items())
    return f'[[{channel}]]\nkind = "{kind}"\ntemplate = "{template}"\nfields = {{ {listed} }}\n'


EVERY_WAY = carried("one_time", ONE) + carried("long_term", LONG) + carried("employee", STAFF) + WECOM


A_SECOND = timedelta(seconds=1)


@dataclass
class Post:
    """A world in which messages go further."""

    world: World
    workers: list[tuple[Job, Job]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workers = [self.worker() for _ in range(2)]

    @property
    def clock(self) -> FixedClock:
        """The world's clock."""
        return self.world.clock

    def worker(self) -> tuple[Job, Job]:
        """Return the jobs that remind and send, as one more worker process has them."""
        jobs = {job.name: job for job in worker.jobs(self.world.parts.settings, self.world.wechat)}
        return jobs["reminders.remind"], jobs["messages.send"]

    async def send(self, number: int = 0) -> int:
        """Let a worker wake up once, and send."""
        return await self.workers[number][1].tick(self.world.parts.database, self.clock)

    async def remind(self, number: int = 0) -> int:
        """Let a worker wake up once, and make reminders."""
        return await self.workers[number][0].tick(self.world.parts.database, self.clock)

    async def later(self, **step: float) -> None:
        """Let time pass, and a worker wake up after it."""
        self.clock.advance(timedelta(**step))
        await self.send()

    async def post(self, *names: str, key: str = "adjustment/1", kind: str = ADJUSTED, **told: Any) -> None:
        """Post a message to these people."""
        usual: dict[str, str | Text] = {"campaign": Text("节能宣传周", "Energy week"), "points": "12"}
        values = usual | {"reason": "称重有误"} | told
        async with self.world.parts.database.write() as session:
            await service.post(
                session,
                [self.world.members[name] for name in names],
                kind,
                key=key,
                told=values,
                campaign_id=None,
                now=self.clock.now(),
            )

    async def play(self, what: str, **body: Any) -> dict[str, Any]:
        """Do something on the sandbox's control surface."""
        answer = await self.world.wechat.post(f"/sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def allow(self, name: str, template: str = ONE, times: int = 1, answer: str = "accept") -> None:
        """Let somebody tap on the pop-up so many times; the platform tells us of it."""
        for _ in range(times):
            await self.play("subscribe", openid=self.world.openids[name], answers={template: answer})
            self.clock.advance(timedelta(seconds=1))

    async def came(self) -> list[dict[str, Any]]:
        """Return what reached phones through WeChat."""
        found: list[dict[str, Any]] = (await self.world.wechat.get("/sandbox/notices")).json()["notices"]
        return found

    async def came_by_wecom(self) -> list[str]:
        """Return the user ids whose phones WeCom told something, in order."""
        found = (await self.world.wechat.get("/sandbox/notices")).json()["wecom"]
        return [one["userid"] for one in found]

    async def list_in_wecom(self, **user_ids: str) -> None:
        """Import what WeCom calls people."""
        vault = self.world.parts.services.use(Vault)
        async with self.world.parts.database.write() as session:
            for name, user_id in user_ids.items():
                await addresses.list_wecom_user(session, vault, self.world.members[name], user_id, self.clock.now())

    async def settle(self) -> None:
        """Wait until the platform's pushes have come."""
        pushes = self._platform().pushes
        while pushes._under_way:
            await asyncio.gather(*pushes._under_way)

    def mute(self) -> None:
        """Let the platform tell nothing of what became of messages."""
        self._platform().pushes.tells = False

    async def tell(self, name: str, what: str, *rows: dict[str, str]) -> None:
        """Let the platform tell us of somebody's templates; we take it at once."""
        told = event(what, self.world.openids[name], self.clock.now().timestamp(), list(rows), "json")
        assert await self._platform().pushes.send(told) == ["success"]

    def _platform(self) -> Any:
        return self.world.wechat._transport.app.state.world  # type: ignore[attr-defined]

    async def send_nothing_yet(self) -> None:
        """Let messages be routed, and held up by an outage of half a minute."""
        await self.play("faults", endpoint=SUBSCRIBE, mode="busy", count=1000)
        await self.send()
        await self.world.wechat.delete("/sandbox/faults")
        async with self.world.parts.database.write() as session:
            await session.exec(update(MessageDelivery).values(due_at=self.clock.now()))

    async def leave_the_roster(self, name: str) -> None:
        """End somebody's membership yesterday."""
        yesterday = self.clock.now().date() - timedelta(days=1)
        own = col(Membership.member_id) == self.world.members[name]
        async with self.world.parts.database.write() as session:
            await session.exec(update(Membership).where(own).values(ends_on=yesterday))

    async def forget_the_account(self, name: str) -> None:
        """Unlink somebody's WeChat account."""
        own = col(Login.member_id) == self.world.members[name]
        async with self.world.parts.database.write() as session:
            await session.exec(update(Login).where(own).values(member_id=None))

    async def told_today(self, session: WriteSession, count: int) -> None:
        """Put in that WeCom told others something so many times today."""
        now = self.clock.now()
        own: dict[str, Any] = {"member_id": self.world.members["Wu"], "kind": ADJUSTED, "told": "{}", "posted_at": now}
        messages = [Message(**own, key=f"old/{number}", routed_at=now) for number in range(count)]
        session.add_all(messages)
        await session.flush()
        ended: dict[str, Any] = {"channel": "wecom", "state": SENT, "due_at": now, "expires_at": now, "ended_at": now}
        session.add_all(
            MessageDelivery(message_id=one.id or 0, member_id=one.member_id, tries=1, **ended) for one in messages
        )

    async def deliveries(self) -> list[tuple[str, str, str | None]]:
        """Return channel, state and reason of every delivery, in order."""
        return [(one.channel, one.state, one.reason) for one in await self.rows()]

    async def rows(self) -> Sequence[MessageDelivery]:
        """Return every delivery, in order."""
        async with self.world.parts.database.read() as session:
            return (await session.exec(select(MessageDelivery).order_by(col(MessageDelivery.id)))).all()

    async def messages(self) -> Sequence[Message]:
        """Return every message, in order."""
        async with self.world.parts.database.read() as session:
            return (await session.exec(select(Message).order_by(col(Message.id)))).all()

    async def left(self, name: str, template: str = ONE) -> int | None:
        """Return how many messages of a template we think that somebody allows; None: they never said."""
        async with self.world.parts.database.read() as session:
            found = await session.get(MessagePermit, (self.world.members[name], template))
        return None if found is None else found.credits


@asynccontextmanager
async def posting(database_url: str, clock: FixedClock, sheet: str = EVERY_WAY, **settings: Any) -> AsyncIterator[Post]:
    """Bring the cast, templates, a WeCom corp, and a platform that pushes to us."""
    with tempfile.TemporaryDirectory(prefix="tanhui-campaigns-") as folder:
        root = Path(folder) / "campaigns"
        shutil.copytree(paths.folder("campaigns"), root)
        (root / message_sheet.FILE).write_text(f"format = 1\n{sheet}", encoding="utf-8")
        both = {
            "campaigns_folder": root,
            "wecom_base_url": "http://wechat.test",
            "wecom_corp_id": CORP_ID,
            "wecom_secret": SecretStr(CORP_SECRET),
            "wechat_push_token": SecretStr(PUSH_TOKEN),
            "wechat_push_key": SecretStr(PUSH_KEY),
            "public_base_url": BASE,
        }
        async with populate(database_url, clock, **both | settings) as world:
            post = Post(world)
            for template, kind in ((ONE, "one_time"), (LONG, "long_term"), (STAFF, "employee")):
                await post.play("templates", template_id=template, type=kind, fields=[*FIELDS])
            await post.play("corp", corp_id=CORP_ID, secret=CORP_SECRET, accounts=100, members=["lin", "zhou", "wu"])
            await post.play("push-address", url=f"{BASE}/wechat/push", token=PUSH_TOKEN, key=PUSH_KEY)
            yield post


def at(hour: int, minute: int = 0, day: int = 15) -> datetime:
    """Return an instant of June 2026 by the clocks of Beijing; the 15th is a Monday."""
    return datetime.fromisoformat(f"2026-06-{day:02d}T{hour:02d}:{minute:02d}:00+08:00")
