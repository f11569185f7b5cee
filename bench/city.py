"""Build a city that a benchmark can play in, and the acts that its people report.

Members, accounts, sessions and participations are written in bulk; institutions and the campaign are made by
the product's own services. Numbers are given out from 1, so that raw statements can name members too.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from backend import tables, verification
from backend.campaigns import service as campaigns
from backend.campaigns import shelf
from backend.campaigns.tables import Participation
from backend.core import documents, ids, migrations, paths
from backend.core.clock import SystemClock
from backend.core.db import Database, WriteSession, insert_many
from backend.core.vault import Vault
from backend.identity import credit_code, tree
from backend.identity.tables import Login, Member, Membership, Session
from backend.leaderboards.jobs import follow_the_ledger
from backend.screens import service as screens
from bench import load, servers

THEME = "green-commute-month"  # its trips move points and carbon: both ledgers
INSTITUTIONS, DEPARTMENTS = 20, 5
ACCEPTED = b'"__typename":"Accepted"'
CARBON_MG = 180_000  # of one act: 5 km by metro, 0.072 kg/km, half of it for being self-declared
ACTS_PER_MEMBER = 4  # two trips on each of two days, both within the grace time however late it gets
_NAMES = "赵钱孙李周吴郑王冯陈", "小满立夏秋分大雪谷雨清明"


def token_of(member_id: int) -> str:
    """Return the token that a member is signed in with."""
    return f"a-token-as-long-as-the-real-ones-{member_id:010d}"


def document(name: str) -> str:
    """Return the id of a shipped document."""
    (path,) = (paths.folder("graphql") / "operations").rglob(f"{name}.graphql")
    return documents.document_id(path.read_text(encoding="utf-8"))


@dataclass
class City:
    """A populated database with one running campaign, and what is still to be reported there."""

    database_url: str
    members: int
    campaign: str
    screen_keys: list[str]  # one for each institution
    requests: list[bytes]
    reported: int = 0

    @property
    def screen_key(self) -> str:
        """The key of the screen in the first institution."""
        return self.screen_keys[0]

    def next(self, count: int) -> list[bytes]:
        """Return the next so many requests, or all that are left, each with one act that is still unreported."""
        assert self.reported < len(self.requests), "every act has been reported: the city is too small"
        return self.requests[self.reported : self.reported + count]

    def findings(self) -> list[str]:
        """Let the boards follow the ledger to its end, then return what `verify` finds wrong."""
        return asyncio.run(self._findings())

    async def _findings(self) -> list[str]:
        database = Database(self.database_url)
        await follow_the_ledger(database, SystemClock())
        await database.close()
        return await verification.findings(servers.settings(self.database_url))


def build(database_url: str, members: int) -> City:
    """Migrate an empty database and populate it."""
    assert tables.METADATA.tables
    migrations.upgrade(database_url)
    now = SystemClock().now()
    campaign, screen_keys = asyncio.run(_populate(database_url, members, now))
    return City(database_url, members, campaign, screen_keys, list(_requests(members, campaign, now)))


def _requests(members: int, campaign: str, now: datetime) -> Iterator[bytes]:
    """Yield one request per act; a member's next act comes after everybody else's."""
    record = document("RecordCheckIns")
    for days_ago in (0, 1):
        for direction in ("to_work", "from_work"):
            details = {"mode": "metro", "distance": "from_5_km", "direction": direction}
            acted_at = (now - timedelta(days=days_ago)).isoformat()
            item = {"campaignId": campaign, "kind": "commute", "actedAt": acted_at, "details": details}
            for member_id in range(1, members + 1):
                asked = {"requestId": f"bench-request-{member_id}-{days_ago}-{direction}", "items": [item]}
                body = json.dumps({"documentId": record, "variables": {"input": asked}}, separators=(",", ":"))
                yield load.request("/graphql", token_of(member_id), body.encode())


async def _populate(database_url: str, members: int, now: datetime) -> tuple[str, list[str]]:
    database = Database(database_url)
    vault = Vault(servers.settings(database_url).secret_key)
    async with database.write() as session:
        top, places = await _institutions(session)
        await _people(session, vault, places, members, now)
        campaign_id = await _campaign(session, top, members, now)
        hung = list(dict.fromkeys(institution for institution, _ in places))
        keys = [await screens.register(session, vault, one, "一层食堂", now) for one in hung]
    await database.close()
    return ids.encode("cmp", campaign_id), keys


async def _institutions(session: WriteSession) -> tuple[int, list[tuple[int, int]]]:
    """Add a district below a city; return the city, and each department as (institution, department)."""
    city = await tree.add_institution(session, credit_code=_code(0), name="海河市", level="city", parent_id=None)
    district = await tree.add_institution(
        session, credit_code=_code(1), name="滨河区", level="district", parent_id=city.id
    )
    places = []
    for number in range(INSTITUTIONS):
        code, name = _code(number + 2), f"滨河区第{number + 1}事务中心"
        one = await tree.add_institution(
            session, credit_code=code, name=name, level="institution", parent_id=district.id
        )
        for department in range(DEPARTMENTS):
            added = await tree.add_department(session, one.id or 0, f"第{department + 1}处")
            places.append((one.id or 0, added.id or 0))
    return city.id or 0, places


def _code(number: int) -> str:
    return credit_code.with_check(f"1112000000000{number:04d}")


async def _people(
    session: WriteSession, vault: Vault, places: list[tuple[int, int]], members: int, now: datetime
) -> None:
    numbers = range(1, members + 1)
    first, given = _NAMES
    rows: list[dict[str, Any]] = [
        {"id": number, "name": first[number % 10] + given[number % 12] + given[number % 11]} for number in numbers
    ]
    await insert_many(session, Member, rows)
    await insert_many(session, Membership, [_membership(number, *places[number % len(places)]) for number in numbers])
    await insert_many(session, Login, [_login(vault, number, now) for number in numbers])
    await insert_many(
        session,
        Session,
        [
            {
                "token_fingerprint": vault.fingerprint(token_of(number), "session"),
                "login_id": number,
                "created_at": now,
                "expires_at": now + timedelta(days=30),
            }
            for number in numbers
        ],
    )


def _membership(number: int, institution_id: int, department_id: int) -> dict[str, Any]:
    return {
        "member_id": number,
        "institution_id": institution_id,
        "department_id": department_id,
        "staff_number": f"{number:06d}",
        "starts_on": date(2020, 1, 1),
    }


def _login(vault: Vault, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "provider": "wechat",
        "app_id": servers.CHOSEN["wechat_app_id"],
        "subject_fingerprint": vault.fingerprint(f"openid-{number}", "openid"),
        "subject_ciphertext": "c" * 140,
        "session_key_ciphertext": "c" * 120,
        "member_id": number,
        "created_at": now,
    }


async def _campaign(session: WriteSession, institution_id: int, members: int, now: datetime) -> int:
    kept = shelf.load(paths.folder("campaigns"))
    opened = await campaigns.open_campaign(
        session,
        theme=kept.theme(THEME),
        factors=kept.factors,
        institution_id=institution_id,
        starts_on=now.date() - timedelta(days=10),
        ends_on=now.date() + timedelta(days=30),
        opened_by=None,
        now=now,
    )
    assert opened.id is not None
    await campaigns.start(session, opened.id)
    joined = [{"campaign_id": opened.id, "member_id": number, "joined_at": now} for number in range(1, members + 1)]
    await insert_many(session, Participation, joined)
    return opened.id
