"""Short words for what API tests do all the time: record, be refused in both languages, see what was written."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import structlog
from sqlmodel import col, select, update

from backend import tables
from backend.campaigns import service as campaigns
from backend.checkins import service as checkins
from backend.checkins.requests import Answer, Item, Request
from backend.core import ids
from backend.identity.tables import Membership
from backend.leaderboards import boards
from backend.screens.holders import Holders
from backend.screens.showing import Showing
from backend.screens.walls import Walls
from backend.wechat.calls import Patience
from backend.wechat.client import HttpWeChat
from tests.cast import Failed, Person, World

# The library's own default paints every traceback with its variables, which takes most of a second.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])

_NUMBERS = itertools.count(1)
LANGUAGES = ("zh-CN", "en")


def fresh_id() -> str:
    """Return a request id that no test has used."""
    return f"request-{next(_NUMBERS):06d}"


def act(
    campaign_id: str, kind: str, acted_at: datetime | str, code: str | None = None, **details: Any
) -> dict[str, Any]:
    """Return an act as a check-in item."""
    at = acted_at if isinstance(acted_at, str) else acted_at.isoformat()
    return {"campaignId": campaign_id, "kind": kind, "actedAt": at, "details": details, "code": code}


async def join(person: Person, campaign_id: str) -> None:
    """Take part in a campaign."""
    joined = await person.run("JoinCampaign", input={"campaignId": campaign_id})
    assert joined["__typename"] == "CampaignJoined", joined


async def joined(world: World, name: str, campaign_id: str) -> Person:
    """Return that person, signed in and taking part."""
    person = await world.sign_in(name)
    await join(person, campaign_id)
    return person


async def record(person: Person, *items: dict[str, Any], request_id: str | None = None) -> Any:
    """Record acts and return the receipt."""
    receipt = await person.run("RecordCheckIns", input={"requestId": request_id or fresh_id(), "items": list(items)})
    assert receipt["__typename"] == "CheckInReceipt", receipt
    return receipt


async def accepted(person: Person, *items: dict[str, Any]) -> list[Any]:
    """Record acts that must all be accepted and return them."""
    receipt = await record(person, *items)
    assert {one["__typename"] for one in receipt["outcomes"]} == {"Accepted"}, receipt["outcomes"]
    return [one["checkIn"] for one in receipt["outcomes"]]


async def refused(person: Person, item: dict[str, Any], problem: str, *, zh: str, en: str) -> Any:
    """Record an act that must be refused, in both languages, and return the outcome."""
    outcome = None
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        (outcome,) = (await record(replace(person, language=language), item))["outcomes"]
        assert outcome["__typename"] == problem, outcome
        assert words in outcome["message"], outcome
    return outcome


async def answered(person: Person, document: str, problem: str, *, zh: str, en: str, **variables: Any) -> None:
    """Run a mutation that must answer with a problem, in both languages."""
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        answer = await replace(person, language=language).run(document, **variables)
        assert answer["__typename"] == problem, answer
        assert words in answer["message"], answer


async def failed(person: Person, document: str, code: str, *, zh: str, en: str, **variables: Any) -> None:
    """Run a document that must end in one top-level error, in both languages."""
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        with pytest.raises(Failed) as failure:
            await replace(person, language=language).run(document, **variables)
        assert set(failure.value.codes) == {code}, failure.value
        assert all(words in message for message in failure.value.messages), failure.value


async def contents(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but that of WeChat's access token, which is fetched whenever it has ended."""
    async with world.parts.database.read() as session:
        connection = await session.connection()
        return {
            table.name: sorted((tuple(row) for row in await connection.execute(table.select())), key=repr)
            for table in tables.METADATA.sorted_tables
            if table.name != "wechat_token"
        }


@asynccontextmanager
async def nothing_written(world: World) -> AsyncIterator[None]:
    """Assert that the block leaves every table as it was."""
    before = await contents(world)
    yield
    after = await contents(world)
    assert after == before


async def record_for(world: World, campaign_id: str, acts: dict[int, Sequence[Item]]) -> list[Answer]:
    """Let members take part and record their acts without a phone; every act must be accepted."""
    now = world.clock.now()
    async with world.parts.database.write() as session:
        for member_id in acts:
            await campaigns.join(session, ids.decode("cmp", campaign_id), member_id, now)
        requests = [Request(member_id, fresh_id(), tuple(items)) for member_id, items in acts.items()]
        answers = await checkins.record(session, requests, now)
    given = [answer for answer in answers if isinstance(answer, Answer)]
    assert sum(len(answer.accepted) for answer in given) == sum(map(len, acts.values())), answers
    return given


async def end_membership(world: World, name: str, day: datetime) -> None:
    """Let a member's last day on the roster be that one."""
    async with world.parts.database.write() as session:
        await session.exec(
            update(Membership).where(col(Membership.member_id) == world.members[name]).values(ends_on=day.date())
        )


async def department_of(world: World, name: str) -> int:
    """Return the number of a member's department."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Membership.department_id).where(col(Membership.member_id) == world.members[name])
        )
        return found.one()


async def board(person: Person, campaign_id: str, level: str, period: str = "CAMPAIGN", measure: str = "POINTS") -> Any:
    """Return a board as that person sees it."""
    view = await person.run("Board", campaignId=campaign_id, level=level, period=period, measure=measure)
    return view["board"]


def forget_boards(world: World) -> None:
    """Drop what the process keeps of boards and screens, as five seconds of waiting would."""
    kept = world.parts.services.use(boards.Boards)
    kept._kept.clear()
    kept._news.clear()
    world.parts.services.use(Showing)._kept.clear()
    world.parts.services.use(Walls).forget()
    world.parts.services.use(Holders).forget()


def hurry(world: World) -> None:
    """Let the client of WeChat lose patience within moments."""
    wechat = world.parts.services.use(HttpWeChat)
    wechat.patience = Patience(connect_seconds=0.02, read_seconds=0.03, first_pause_seconds=0.001)
    wechat.__post_init__()
