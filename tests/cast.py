"""The cast, always the same, and a client that runs the shipped documents by name.

Lin and Zhou (Finance, Institution A), Chen (Institution B, who must never see anything of A's), Wu
(organiser at A), Sun (supervisor above A and B), and the screen in A's canteen.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlmodel import select

from backend import app as apps
from backend.app import Parts
from backend.campaigns import shelf
from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.shelf import Shelf
from backend.core import documents, ids, paths
from backend.core.clock import Clock, FixedClock
from backend.core.db import Database, ReadSession, WriteSession
from backend.core.vault import Vault
from backend.identity import credit_code, service, tree
from backend.identity.roster import phone as phones
from backend.identity.tables import Institution, Login, Member, Membership, SignIn
from backend.leaderboards.jobs import follow_the_ledger
from backend.settings import Settings
from backend.wechat.replies import WeChatSession
from demo.wechat_sandbox import create_app
from demo.wechat_sandbox.people import People

APP_ID, APP_SECRET = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef"
# name: (institution, department, staff number, phone)
PEOPLE = {
    "Lin": ("A", "财务处", "A001", "13800000001"),
    "Zhou": ("A", "财务处", "A002", "13800000002"),
    "Wu": ("A", "办公室", "A003", "13800000003"),
    "Chen": ("B", "办公室", "B001", "13800000004"),
    "Sun": ("D", "节能处", "D001", "13800000005"),
}
NAMES = {"Lin": "林小满", "Zhou": "周立夏", "Wu": "吴秋分", "Chen": "陈大雪", "Sun": "孙谷雨"}
INSTITUTIONS = {
    "C": "海河市机关事务管理局",
    "D": "海河市滨河区机关事务服务中心",
    "A": "滨河区档案馆",
    "B": "滨河区图书馆",
}
SHIPPED = {
    path.stem: path.read_text(encoding="utf-8") for path in (paths.folder("graphql") / "operations").rglob("*.graphql")
}


class Failed(AssertionError):
    """The server answered with top-level errors."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{status}: {errors}")
        self.status = status
        self.codes = [error.get("extensions", {}).get("code") for error in errors]
        self.messages = [error["message"] for error in errors]


@dataclass
class Person:
    """Somebody who holds a session and runs documents."""

    client: httpx.AsyncClient
    token: str | None = None
    language: str = "zh-CN"

    async def run(self, document: str, **variables: Any) -> Any:
        """Run a shipped document and return its one root field; raises Failed for top-level errors."""
        response = await self.send(document, variables)
        answer = response.json()
        if answer.get("errors"):
            raise Failed(response.status_code, answer["errors"])
        (found,) = answer["data"].values()
        return found

    async def send(self, document: str, variables: dict[str, Any]) -> httpx.Response:
        """Send a shipped document and return the whole response."""
        body = {"documentId": documents.document_id(SHIPPED[document]), "variables": variables}
        headers = {"accept-language": self.language}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        return await self.client.post("/graphql", json=body, headers=headers)


@dataclass
class World:
    """Everything that an API test needs."""

    parts: Parts
    clock: FixedClock
    client: httpx.AsyncClient
    wechat: httpx.AsyncClient  # the sandbox, played from the phone's side
    people: People  # whom the sandbox knows
    institutions: dict[str, Institution]
    members: dict[str, int]
    openids: dict[str, str] = field(default_factory=dict)

    def stranger(self, language: str = "zh-CN") -> Person:
        """Return somebody who is not signed in."""
        return Person(self.client, None, language)

    async def login_code(self, name: str) -> str:
        """Return what `wx.login` gives on that person's phone."""
        answer = await self.wechat.post("/sandbox/login", json={"openid": self.openids[name]})
        code: str = answer.json()["code"]
        return code

    async def sign_in(self, name: str, language: str = "zh-CN") -> Person:
        """Return that person, signed in and bound by their verified phone.

        Most tests begin here, so it calls what the two mutations call and spares four requests;
        `sign_in_by_requests` takes the whole way.
        """
        phone = self.people.get(self.openids[name])
        assert phone is not None
        code = self.people.login(phone)
        key = self.people.redeem(code, "login").session_key
        vault, now, days = self.parts.services.use(Vault), self.clock.now(), self.parts.settings.session_days
        wechat = WeChatSession(openid=phone.openid, session_key=SecretStr(key or ""))
        async with self.parts.database.write() as session:
            token = await service.sign_in(session, vault, app_id=APP_ID, code=code, wechat=wechat, now=now, days=days)
            seen = await session.get_one(SignIn, vault.fingerprint(code, "sign-in code"))
            if (await session.get_one(Login, seen.login_id)).member_id is None:
                await service.bind_by_phone(session, vault, seen.login_id, phone.phone, now)
        return Person(self.client, token, language)

    async def sign_in_by_requests(self, name: str, language: str = "zh-CN") -> Person:
        """Return that person, signed in and bound as their phone does it: each step is a request."""
        person = self.stranger(language)
        answer = await person.run("SignIn", input={"code": await self.login_code(name)})
        person.token = answer["token"]
        if not answer["bound"]:
            code = (await self.wechat.post("/sandbox/phone-code", json={"openid": self.openids[name]})).json()["code"]
            bound = await person.run("BindRoster", input={"phoneCode": code})
            assert bound["__typename"] == "RosterBound", bound
        return person

    def institution_id(self, key: str) -> str:
        """Return the opaque id of an institution."""
        return ids.encode("ins", self.institutions[key].id or 0)

    async def open_campaign(
        self, theme: str = "green-commute-month", at: str = "D", starts_on: date | None = None, days: int = 7
    ) -> str:
        """Let Sun open a campaign from today, let the worker start it, and return its id."""
        sun = await self.sign_in("Sun")
        first = starts_on or self.clock.now().date()
        opened = await sun.run(
            "OpenCampaign",
            input={
                "theme": theme,
                "institutionId": self.institution_id(at),
                "startsOn": first.isoformat(),
                "endsOn": (first + timedelta(days=days - 1)).isoformat(),
            },
        )
        assert opened["__typename"] == "CampaignOpened", opened
        await follow_the_calendar(self.parts.database, self.clock)
        identifier: str = opened["campaign"]["id"]
        return identifier

    async def project(self) -> None:
        """Let the boards follow the ledger."""
        await follow_the_ledger(self.parts.database, self.clock)

    async def add_members(self, institution: str, department: str, count: int) -> list[int]:
        """Add so many more people to a department and return their numbers."""
        place = self.institutions[institution]
        async with self.parts.database.write() as session:
            return [
                await _employ(session, place, department, f"{department}{number:05d}", f"员工{number}", phone=None)
                for number in range(count)
            ]


def trip(campaign_id: str, acted_at: datetime, direction: str = "to_work", **more: Any) -> dict[str, Any]:
    """Return a metro trip as a check-in item."""
    details = {"mode": "metro", "distance": "from_5_km", "direction": direction}
    return {"campaignId": campaign_id, "kind": "commute", "actedAt": acted_at.isoformat(), "details": details, **more}


def settings_for(database_url: str, **more: Any) -> Settings:
    """Return the settings of a test: production rules, caches short enough to look behind."""
    return Settings(
        mode="production",
        database_url=database_url,
        secret_key=SecretStr("a-secret-of-the-tests-0123456789abcdef"),
        wechat_app_id=APP_ID,
        wechat_app_secret=SecretStr(APP_SECRET),
        wechat_base_url="http://wechat.test",
        session_cache_seconds=0,
        board_seconds=0.001,
        **more,
    )


@asynccontextmanager
async def populate(database_url: str, clock: FixedClock, **settings: Any) -> AsyncIterator[World]:
    """Build the tree, employ the cast, start the API in this process over a sandbox WeChat."""
    with tempfile.TemporaryDirectory(prefix="tanhui-photos-") as photos:
        async with _populated(settings_for(database_url, **{"photos": photos} | settings), clock) as world:
            yield world


@asynccontextmanager
async def _populated(settings: Settings, clock: FixedClock) -> AsyncIterator[World]:
    sandbox = create_app(APP_ID, APP_SECRET, now=lambda: clock.now().timestamp())
    wechat = httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox), base_url="http://wechat.test")
    app = apps.create(settings, clock, wechat, _packs(settings.campaigns_folder))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test")
    parts: Parts = app.state.parts
    sandbox.state.world.pushes.http = client  # by which the sandbox reaches the API
    async with wechat, client, app.router.lifespan_context(app):
        institutions, members = await employ_the_cast(parts.database, parts.services.use(Vault), clock)
        world = World(parts, clock, client, wechat, sandbox.state.world.people, institutions, members)
        for name, (_, _, _, phone) in PEOPLE.items():
            answer = await wechat.post("/sandbox/users", json={"openid": f"openid-{name}", "phone": phone})
            assert answer.status_code == 200, answer.text
            world.openids[name] = f"openid-{name}"
        yield world


@cache
def _packs(folder: Path) -> Shelf:
    """Read the theme packs once for all tests of this process."""
    return shelf.load(folder)


async def employ_the_cast(
    database: Database, vault: Vault, clock: Clock
) -> tuple[dict[str, Institution], dict[str, int]]:
    """Bring the cast to their institutions, unless the database was made with them there."""
    async with database.write() as session:
        if (standing := await _employed(session)) is not None:
            return standing
        city = await _add(session, "C", "city", None)
        district = await _add(session, "D", "district", city)
        institutions = {"C": city, "D": district}
        for key in ("A", "B"):
            institutions[key] = await _add(session, key, "institution", district)
        members = {}
        for name, (place, department, number, phone) in PEOPLE.items():
            fingerprint = phones.fingerprint(vault, phone)
            members[name] = await _employ(
                session, institutions[place], department, number, NAMES[name], phone=fingerprint
            )
        now = clock.now()
        await service.grant(session, members["Wu"], "organiser", institutions["A"].id or 0, now)
        await service.grant(session, members["Sun"], "supervisor", institutions["D"].id or 0, now)
    return institutions, members


async def _employed(session: ReadSession) -> tuple[dict[str, Institution], dict[str, int]] | None:
    keys = {name: key for key, name in INSTITUTIONS.items()}
    institutions = {keys[one.name]: one for one in await session.exec(select(Institution)) if one.name in keys}
    names = {name: person for person, name in NAMES.items()}
    members = {names[one.name]: one.id or 0 for one in await session.exec(select(Member)) if one.name in names}
    return (institutions, members) if institutions else None


async def _add(session: WriteSession, key: str, level: str, parent: Institution | None) -> Institution:
    code = credit_code.with_check(f"1112000000000{'CDAB'.index(key):04d}")
    return await tree.add_institution(
        session, credit_code=code, name=INSTITUTIONS[key], level=level, parent_id=parent.id if parent else None
    )


async def _employ(
    session: WriteSession, institution: Institution, department: str, number: str, name: str, *, phone: str | None
) -> int:
    place = institution.id or 0
    found = await tree.department_named(session, place, department) or await tree.add_department(
        session, place, department
    )
    member = Member(name=name, phone_fingerprint=phone)
    session.add(member)
    await session.flush()
    assert member.id is not None
    assert found.id is not None
    session.add(
        Membership(
            member_id=member.id,
            institution_id=place,
            department_id=found.id,
            staff_number=number,
            starts_on=date(2026, 1, 1),
        )
    )
    await session.flush()
    return member.id
