"""Photos in moderation, as tests play them: sent by a phone, asked about by workers, judged by the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from backend import worker
from backend.core import ids
from backend.core.clock import FixedClock
from backend.core.jobs import Job
from backend.media.tables import STORED, ModerationQuestion, Upload
from backend.wechat.calls import Patience
from demo.client.plates import plate
from tests.cast import Person, World, populate

PUSH_TOKEN, PUSH_KEY = "the-token-of-pushes", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
BASE = "https://api.test"
REACHABLE: dict[str, Any] = {
    "wechat_push_token": SecretStr(PUSH_TOKEN),
    "wechat_push_key": SecretStr(PUSH_KEY),
    "public_base_url": BASE,
}
MEDIA_CHECK = "/wxa/media_check_async"


@dataclass
class Play:
    """A world whose photos the platform looks at."""

    world: World
    workers: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workers = [self.worker() for _ in range(2)]

    def worker(self) -> Job:
        """Return the job that asks the platform, as one more worker process has it."""
        jobs = worker.jobs(self.world.parts.settings, self.world.wechat)
        (asking,) = (job for job in jobs if job.name == "media.ask_the_platform")
        return asking

    async def ask(self, number: int = 0) -> int:
        """Let a worker wake up once."""
        return await self.workers[number].tick(self.world.parts.database, self.world.clock)

    async def send(self, person: Person, request_id: str = "photo-0001") -> str:
        """Let somebody send a photo of a plate; return its opaque id."""
        ticket = await person.run("RequestUpload", input={"requestId": request_id})
        content = plate(f"{person.token} {request_id}", self.world.clock.now())
        answer = await self.world.client.post(ticket["path"], files={"file": ("a.jpg", content, "image/jpeg")})
        assert answer.status_code == 200, answer.text
        return str(ticket["uploadId"])

    async def stored(self, name: str = "Lin", request_id: str = "photo-0001") -> str:
        """Let somebody have a photo that was just stored, of which there is nothing but its row; return its id."""
        await self.world.sign_in(name)
        now = self.world.clock.now()
        upload = Upload(
            member_id=self.world.members[name],
            request_id=request_id,
            key=f"{name}-{request_id}",
            state=STORED,
            requested_at=now,
            expires_at=now + timedelta(hours=2),
            stored_at=now,
        )
        async with self.world.parts.database.write() as session:
            session.add(upload)
        return ids.encode("pho", upload.id or 0)

    async def hear(self, trace_id: str, suggest: object = "pass", **result: Any) -> list[str]:
        """Let the platform push a verdict without looking at the picture; return what each sending came to."""
        label = {"pass": 100, "review": 21000, "risky": 20002}.get(str(suggest))
        message = {
            "MsgType": "event",
            "Event": "wxa_media_check",
            "FromUserName": "openid-Lin",
            "CreateTime": int(self.world.clock.now().timestamp()),
            "appid": self.world.parts.settings.wechat_app_id,
            "trace_id": trace_id,
            "errcode": 0,
            "result": {"suggest": suggest, "label": label} | result,
        }
        answers: list[str] = (await self.control("send", message=message))["answers"]
        return answers

    async def hear_all(self, suggest: str = "pass") -> None:
        """Let the platform answer every question that it was asked."""
        for trace in await self.traces():
            assert await self.hear(trace, suggest) == ["success"]

    async def control(self, what: str, **body: Any) -> Any:
        """Do something on the sandbox's control surface."""
        answer = await self.world.wechat.post(f"/sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def plan(self, **plan: Any) -> None:
        """Plan the next verdict."""
        await self.control("verdicts", **plan)

    async def traces(self) -> list[str]:
        """Return the questions that the platform was asked, in order."""
        answer = await self.world.wechat.get("/sandbox/checks")
        return [check["trace_id"] for check in answer.json()["checks"]]

    async def deliver(self, *trace_ids: str, **more: Any) -> list[Any]:
        """Let the sandbox push verdicts; return what each sending came to."""
        wanted = {"trace_ids": trace_ids} if trace_ids else {}
        answers: list[Any] = (await self.control("deliver", **wanted, **more))["answers"]
        return answers

    async def asked(self) -> int:
        """Say how often the platform was asked to look at a picture."""
        answer = await self.world.wechat.get("/sandbox/counts")
        return int(answer.json()["counts"].get(MEDIA_CHECK, 0))

    async def row(self, upload_id: str) -> Upload:
        """Return the row of a photo."""
        async with self.world.parts.database.read() as session:
            found = await session.get(Upload, ids.decode("pho", upload_id))
        assert found is not None
        return found

    async def state(self, upload_id: str) -> str:
        """Return where a photo stands."""
        return (await self.row(upload_id)).moderation

    async def question(self, trace_id: str) -> ModerationQuestion | None:
        """Return the row of a question."""
        async with self.world.parts.database.read() as session:
            return await session.get(ModerationQuestion, trace_id)


def hurry_all(play: Play) -> None:
    """Let the workers' clients of WeChat lose patience within moments."""
    for job in play.workers:
        platform = job.tick.args[0]  # type: ignore[attr-defined]
        wechat = platform.connect(play.world.parts.database, play.world.clock)
        wechat.patience = Patience(connect_seconds=0.1, read_seconds=0.2, first_pause_seconds=0.001)
        wechat.__post_init__()


@asynccontextmanager
async def moderated(database_url: str, clock: FixedClock, **more: Any) -> AsyncIterator[Play]:
    """Bring the cast, and a platform that can reach us; verdicts are held until a test asks for them."""
    async with populate(database_url, clock, **(REACHABLE | more)) as world:
        play = Play(world)
        await play.control(
            "push-address",
            url=f"{BASE}/wechat/push",
            token=PUSH_TOKEN,
            key=PUSH_KEY,
            delay_seconds=None,
            resend_seconds=0,
        )
        yield play
