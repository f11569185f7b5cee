"""What a phone does with WeRun, played through the sandbox."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from backend.core.vault import Vault
from backend.identity import service as identity
from backend.identity.tables import Login
from demo.wechat_sandbox.sealing import seal
from tests.api.asking import fresh_id, join
from tests.cast import APP_ID, Person, World

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Phone:
    """Somebody's phone, signed in."""

    world: World
    name: str
    person: Person

    @property
    def today(self) -> date:
        """The date in Beijing."""
        return self.world.clock.now().astimezone(SHANGHAI).date()

    async def walk(self, steps: int, days_ago: int = 0) -> None:
        """Let WeRun count so many steps for a day."""
        day = (self.today - timedelta(days=days_ago)).isoformat()
        await self._play("steps", steps={day: steps})

    async def werun(self) -> dict[str, str]:
        """Return what `wx.getWeRunData` gives now."""
        sealed: dict[str, str] = await self._play("werun")
        return sealed

    async def seal(self, payload: dict[str, Any]) -> dict[str, str]:
        """Return a payload of our own making, sealed as WeChat would: under the key of the last sign-in."""
        watermark = {"appid": APP_ID, "timestamp": int(self.world.clock.now().timestamp())}
        async with self.world.parts.database.read() as session:
            mine = select(Login.id).where(col(Login.member_id) == self.world.members[self.name])
            login_id = (await session.exec(mine)).one() or 0
            key = await identity.session_key_of(session, self.world.parts.services.use(Vault), login_id)
        return seal({"watermark": watermark, **payload}, key.get_secret_value())

    async def send(self, sealed: dict[str, str], request_id: str | None = None) -> Any:
        """Send what WeChat sealed, and return the answer."""
        return await self.person.run("SubmitSteps", input={"requestId": request_id or fresh_id(), **sealed})

    async def submit(self) -> Any:
        """Send the steps as they are now; they must be taken."""
        answer = await self.send(await self.werun())
        assert answer["__typename"] == "StepsSubmitted", answer
        return answer

    async def login(self) -> None:
        """Do what `wx.login` does, and tell nobody."""
        await self.world.login_code(self.name)

    async def _play(self, what: str, **body: Any) -> Any:
        asked = {"openid": self.world.openids[self.name], **body}
        response = await self.world.wechat.post(f"/sandbox/{what}", json=asked)
        return response.raise_for_status().json()


async def phone_of(world: World, name: str, campaign: str | None = None, language: str = "zh-CN") -> Phone:
    """Return the phone of one of the cast, signed in, taking part in a campaign if one is named."""
    person = await world.sign_in(name, language)
    if campaign:
        await join(person, campaign)
    return Phone(world, name, person)


def at(day: date, hour: int = 0, minute: int = 0) -> int:
    """Return the seconds since 1970 of a moment in Beijing."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).timestamp())
