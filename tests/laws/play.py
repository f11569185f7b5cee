"""What the laws play with: many signed-in members, two API instances over one database, and plain counts."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
from sqlalchemy import text

from backend.checkins import verify as check_in_laws
from backend.core.db import Database, WriteSession
from backend.core.vault import Vault
from backend.identity.tables import Login, Session
from backend.points import verify as ledger_laws
from tests.cast import APP_ID, Person, World

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
SESSION_KEY = "c2Vzc2lvbi1rZXktbGF3cw=="  # of every phone here
ENERGY_ACTS = ("lights_off", "screen_off", "unplugged", "cooling_26", "stairs", "one_hour_off")
WASTE_CLASSES = ("kitchen", "recyclable", "hazardous", "residual")


@dataclass
class Twins:
    """The world, served by two instances that share nothing but the database."""

    world: World
    second: httpx.AsyncClient

    def both(self, person: Person) -> tuple[Person, Person]:
        """Return the same signed-in person at each instance."""
        return person, replace(person, client=self.second)

    async def members(self, campaign: str | None, count: int, institution: str = "A") -> list[Person]:
        """Return so many new members of an institution, signed in, taking part in a campaign if one is named."""
        numbers = await self.world.add_members(institution, "财务处", count)
        vault = self.world.parts.services.use(Vault)
        async with self.world.parts.database.write() as session:
            tokens = await sign_in_all(session, vault, numbers, self.world.clock.now())
        users = [{"openid": f"openid-{number}"} for number in numbers]
        await self.world.wechat.post("/sandbox/users", json={"users": users})
        people = [Person(self.world.client, token) for token in tokens]
        if campaign:
            await together(person.run("JoinCampaign", input={"campaignId": campaign}) for person in people)
        return people


async def sign_in_all(session: WriteSession, vault: Vault, members: Sequence[int], now: datetime) -> list[str]:
    """Open a session for each of these members, as a sign-in through WeChat would, and return the tokens."""
    tokens = []
    for number in members:
        login = Login(
            provider="wechat",
            app_id=APP_ID,
            subject_fingerprint=vault.fingerprint(f"openid-{number}", "subject"),
            subject_ciphertext=vault.encrypt(f"openid-{number}"),
            session_key_ciphertext=vault.encrypt(SESSION_KEY),
            member_id=number,
            created_at=now,
        )
        session.add(login)
        await session.flush()
        token = f"token-of-member-{number}"
        session.add(
            Session(
                token_fingerprint=vault.fingerprint(token, "session"),
                login_id=login.id or 0,
                created_at=now,
                expires_at=now + timedelta(days=365),
            )
        )
        tokens.append(token)
    await session.flush()
    return tokens


async def together(work: Iterable[Awaitable[T]]) -> list[T]:
    """Do everything at once and return what each gave."""
    return list(await asyncio.gather(*work))


def act(campaign: str, kind: str, at: datetime, code: str | None = None, **details: Any) -> dict[str, Any]:
    """Return one act as a client sends it."""
    return {"campaignId": campaign, "kind": kind, "actedAt": at.isoformat(), "details": details, "code": code}


async def record(person: Person, request_id: str, *items: dict[str, Any]) -> Any:
    """Send acts under a request id and return the answer."""
    return await person.run("RecordCheckIns", input={"requestId": request_id, "items": list(items)})


async def record_one(person: Person, request_id: str, item: dict[str, Any]) -> str:
    """Send one act and return the name of its outcome."""
    answer = await record(person, request_id, item)
    assert answer["__typename"] == "CheckInReceipt", answer
    (outcome,) = answer["outcomes"]
    name: str = outcome["__typename"]
    return name


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the mark that says whether it was given before."""
    return {name: value for name, value in answer.items() if name != "replayed"}


async def points_of(person: Person) -> int:
    """Return the points that a member holds."""
    held: int = (await person.run("MyLedger"))["balance"]["points"]
    return held


async def acts_of(person: Person) -> list[dict[str, Any]]:
    """Return a member's newest acts, counted or not."""
    items: list[dict[str, Any]] = (await person.run("MyCheckIns"))["checkIns"]["items"]
    return items


async def rows_of(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    async with database.read() as session:
        return int((await (await session.connection()).execute(text(f"SELECT COUNT(*) FROM {table}"))).scalar_one())


async def complaints(database: Database) -> list[str]:
    """Return what is wrong with ledger and acts at this moment; the boards follow a little later."""
    async with database.read() as session:
        return [*await ledger_laws.findings(session), *await check_in_laws.findings(session)]


def tally(names: Iterable[H]) -> dict[H, int]:
    """Count equal names."""
    return dict(Counter(names))


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait until something holds of the world outside; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - other processes set no event of ours
            await asyncio.sleep(0.02)
