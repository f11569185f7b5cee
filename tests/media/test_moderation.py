"""A photo in moderation: every state meets every event, and the platform's answers come in every order, or never."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlmodel import col, update

from backend import worker
from backend.core import ids
from backend.core.clock import FixedClock
from backend.core.vault import Vault
from backend.identity.tables import Login
from backend.media import jobs, links, moderation, service
from backend.media.moderation import Event, after
from backend.media.tables import HUMAN, PASSED, PENDING, RISKY, WAITING, Upload
from backend.media.uploads import Uploads
from backend.wechat.checks import MediaVerdict, Suggest
from backend.wechat.client import HttpWeChat
from tests.api.asking import act, joined, record
from tests.cast import settings_for
from tests.media.moderating import BASE, MEDIA_CHECK, Play, hurry_all, moderated

NONE = SecretStr("")

STATES = (WAITING, PENDING, PASSED, HUMAN, RISKY)
#                  waiting  pending  passed  human   risky
TABLE = {
    "ASKED":          (PENDING, PENDING, PASSED, HUMAN,  RISKY),
    "PASS":           (PASSED,  PASSED,  PASSED, PASSED, RISKY),
    "REVIEW":         (HUMAN,   HUMAN,   PASSED, HUMAN,  RISKY),
    "RISKY":          (RISKY,   RISKY,   RISKY,  RISKY,  RISKY),
    "ASK_AGAIN":      (WAITING, WAITING, PASSED, HUMAN,  RISKY),
    "GIVE_UP":        (HUMAN,   HUMAN,   PASSED, HUMAN,  RISKY),
    "PERSON_PASSES":  (PASSED,  PASSED,  PASSED, PASSED, RISKY),
    "PERSON_REFUSES": (RISKY,   RISKY,   RISKY,  RISKY,  RISKY),
}  # fmt: skip


@pytest_asyncio.fixture
async def play(database_url: str, clock: FixedClock) -> AsyncIterator[Play]:
    """Bring the cast and a platform that can reach us."""
    async with moderated(database_url, clock) as play:
        yield play


def test_every_state_meets_every_event() -> None:
    assert set(TABLE) == {event.name for event in Event}

    reached = {event.name: tuple(after(state, event) for state in STATES) for event in Event}

    assert reached == TABLE


ANSWERS = [Event.PASS, Event.REVIEW, Event.RISKY]


@pytest.mark.parametrize("events", [*itertools.combinations(ANSWERS, 2)], ids=str)
def test_two_answers_lead_to_the_same_state_in_either_order(events: tuple[Event, Event]) -> None:
    for state in STATES:
        assert len({after(after(state, one), two) for one, two in itertools.permutations(events)}) == 1


def test_a_photo_is_shown_after_no_sequence_of_events_but_one_in_which_somebody_passed_it() -> None:
    without_a_pass = [event for event in Event if event not in (Event.PASS, Event.PERSON_PASSES)]

    for events in itertools.product(without_a_pass, repeat=4):
        state = WAITING
        for event in events:
            state = after(state, event)
        assert state != PASSED


@pytest.mark.parametrize(
    ("plan", "state", "label"),
    [
        ({"label_as_text": True}, PASSED, 100),
        ({"suggest": "review", "label": 20001}, HUMAN, 20001),
        ({"suggest": "risky", "label": 20002}, RISKY, 20002),
    ],
    ids=str,
)
async def test_a_photo_is_asked_about_fetched_and_judged_by_a_push(
    play: Play, plan: dict[str, Any], state: str, label: int
) -> None:
    await play.plan(**plan)
    photo = await play.send(await play.world.sign_in("Lin"))
    sent = await play.state(photo)

    await play.ask()
    asked = await play.row(photo)
    answers = await play.deliver()

    judged = await play.row(photo)
    assert (sent, asked.moderation, judged.moderation) == (WAITING, PENDING, state)
    assert (judged.label, judged.judged_by_id) == (label, None)
    assert answers == [["success"]]
    assert await play.asked() == 1


@pytest.mark.parametrize(
    ("suggest", "result", "state", "label"),
    [
        ("risky", {"label": 99999}, RISKY, 99999),
        ("risky", {"label": None}, RISKY, None),
        ("pass", {"label": "100"}, PASSED, 100),
        ("pass", {"label": 30000}, HUMAN, 30000),
        ("pass", {"label": 10**12}, HUMAN, None),
        ("pass", {"label": [100]}, HUMAN, None),
        ("perhaps", {}, HUMAN, None),
        (["pass"], {"label": 100}, HUMAN, 100),
        ("PASS", {"label": 100}, HUMAN, 100),
    ],
    ids=str,
)
async def test_an_advice_or_a_label_that_is_not_known_wants_a_persons_eyes(
    play: Play, suggest: object, result: dict[str, Any], state: str, label: int | None
) -> None:
    photo = await play.stored()
    await play.ask()
    (trace,) = await play.traces()

    answers = await play.hear(trace, suggest, **result)

    judged = await play.row(photo)
    assert answers == ["success"]
    assert (judged.moderation, judged.label) == (state, label)


async def test_what_is_pushed_again_changes_nothing_and_is_answered_alike(play: Play) -> None:
    photo = await play.stored()
    await play.ask()
    (trace,) = await play.traces()
    first = await play.hear(trace)
    before = await play.row(photo), await play.question(trace)

    same = [await play.hear(trace) for _ in range(2)]
    play.world.clock.advance(timedelta(minutes=1))
    made_anew = [await play.hear(trace, suggest) for suggest in ("pass", "risky")]
    at_once = await asyncio.gather(*(play.hear(trace) for _ in range(4)))

    assert [first, *same, *made_anew, *at_once] == [["success"]] * 9
    assert (await play.row(photo), await play.question(trace)) == before


async def test_an_answer_that_comes_before_the_question_is_noted_is_kept_and_applied(play: Play) -> None:
    photo = await play.stored()
    trace = await asked_but_not_noted(play)

    early = await play.hear(trace)
    kept = await play.question(trace)
    async with play.world.parts.database.write() as session:
        await moderation.note_question(session, ids.decode("pho", photo), trace, play.world.clock.now())

    assert early == ["success"]
    assert kept is not None
    assert (kept.upload_id, kept.suggest) == (None, "pass")
    assert await play.state(photo) == PASSED


async def asked_but_not_noted(play: Play) -> str:
    """Do what a worker does that dies between asking and noting; return the trace id."""
    database, now = play.world.parts.database, play.world.clock.now()
    async with database.write() as session:
        (claimed,) = await moderation.claim(session, now, 8)
    url = BASE + links.for_the_platform(play.world.parts.services.use(Vault), claimed.key, now)
    return await play.world.parts.services.use(HttpWeChat).check_media("openid-Lin", url)


async def test_a_note_and_an_answer_at_the_same_instant_miss_each_other_never(play: Play) -> None:
    database, now = play.world.parts.database, play.world.clock.now()
    photos = [await play.stored("Lin", f"photo-{number:04d}") for number in range(8)]

    async def note(photo: str, trace: str) -> None:
        async with database.write() as session:
            await moderation.note_question(session, ids.decode("pho", photo), trace, now)

    async def hear(trace: str) -> None:
        async with database.write() as session:
            await moderation.receive(session, MediaVerdict(trace, Suggest.PASS, 100), now)

    both = [work for number, photo in enumerate(photos) for work in (note(photo, f"t{number}"), hear(f"t{number}"))]
    await asyncio.gather(*both)

    assert [await play.state(photo) for photo in photos] == [PASSED] * 8


async def test_a_worker_that_dies_between_asking_and_noting_loses_nothing(play: Play) -> None:
    photo = await play.stored()
    lost = await asked_but_not_noted(play)

    at_once = await play.ask()
    play.world.clock.advance(moderation.ASKED_AGAIN_AFTER)
    later = await play.ask()
    await play.hear_all()

    assert (at_once, later) == (0, 1)
    assert await play.asked() == 2
    assert await play.state(photo) == PASSED
    unknown = await play.question(lost)
    assert unknown is not None
    assert unknown.upload_id is None


async def test_two_workers_ask_once_about_each_photo(play: Play) -> None:
    photos = [await play.stored("Lin", f"photo-{number:04d}") for number in range(20)]

    done = await asyncio.gather(*(play.ask(number) for number in (0, 1, 0, 1)))
    await play.hear_all()

    assert sum(done) == 20
    assert await play.asked() == 20
    assert [await play.state(photo) for photo in photos] == [PASSED] * 20


async def test_silence_is_asked_again_three_times_in_all_and_then_people_look(play: Play) -> None:
    photo = await play.stored()
    states = []

    for _ in range(5):
        await play.ask()
        states.append(await play.state(photo))
        play.world.clock.advance(moderation.SILENT_AFTER)

    assert states == [PENDING, PENDING, PENDING, HUMAN, HUMAN]
    assert await play.asked() == 3


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(("suggest", "state"), [("pass", PASSED), ("risky", RISKY)])
async def test_a_verdict_that_comes_late_to_whichever_question_still_counts(
    play: Play, number: int, suggest: str, state: str
) -> None:
    photo = await play.stored()
    for _ in range(4):
        await play.ask()
        play.world.clock.advance(moderation.SILENT_AFTER)
    given_up = await play.state(photo)
    traces = await play.traces()

    await play.hear(traces[number], suggest)

    assert (given_up, await play.state(photo)) == (HUMAN, state)


@pytest.mark.parametrize("order", [*itertools.permutations(("pass", "review", "risky"))], ids=str)
async def test_verdicts_about_one_photo_end_alike_in_every_order(play: Play, order: tuple[str, ...]) -> None:
    photo = await play.stored()
    for _ in range(3):
        await play.ask()
        play.world.clock.advance(moderation.SILENT_AFTER)
    traces = dict(zip(("pass", "review", "risky"), await play.traces(), strict=True))

    for suggest in order:
        await play.hear(traces[suggest], suggest)

    assert await play.state(photo) == RISKY


async def test_what_the_platform_cannot_fetch_is_asked_again_and_then_left_to_people(play: Play) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))
    store, row = play.world.parts.services.use(Uploads).store, await play.row(photo)
    store.delete(f"{row.key}/photo")
    states = []

    for number in range(4):
        await play.ask()
        if number < 3:
            await play.deliver((await play.traces())[number])
        states.append(await play.state(photo))
        early = await play.ask()
        play.world.clock.advance(moderation.ASKED_AGAIN_AFTER)
        assert early == 0

    assert states == [WAITING, WAITING, HUMAN, HUMAN]
    assert await play.asked() == 3


async def test_a_failed_look_at_an_older_question_leaves_the_newer_one_open(play: Play) -> None:
    await play.plan(errcode=-1008)
    photo = await play.send(await play.world.sign_in("Lin"))
    await play.ask()
    play.world.clock.advance(moderation.SILENT_AFTER)
    await play.ask()
    first, second = await play.traces()

    await play.deliver(first)
    between = await play.state(photo)
    await play.deliver(second)

    assert (between, await play.state(photo)) == (PENDING, PASSED)


@pytest.mark.parametrize(("word", "stands"), [(PASSED, PASSED), (RISKY, RISKY)])
async def test_a_verdict_never_overrules_a_person(play: Play, word: str, stands: str) -> None:
    photo = await play.stored()
    await play.ask()
    wu, sun = play.world.members["Wu"], play.world.members["Sun"]
    async with play.world.parts.database.write() as session:
        judged = await service.judge(session, ids.decode("pho", photo), word, wu, play.world.clock.now())
    before = await play.row(photo)

    for suggest in ("risky", "review", "pass"):
        await play.hear((await play.traces())[0], suggest)
    async with play.world.parts.database.write() as session:
        other = RISKY if word == PASSED else PASSED
        again = await service.judge(session, ids.decode("pho", photo), other, sun, play.world.clock.now())

    assert (judged.moderation, judged.judged_by_id) == (stands, wu)
    assert (again.moderation, again.judged_by_id) == (stands, wu)
    assert await play.row(photo) == before


async def test_what_the_platform_refused_no_person_lets_pass(play: Play) -> None:
    photo = await play.stored()
    await play.ask()
    await play.hear_all("risky")

    async with play.world.parts.database.write() as session:
        now, wu = play.world.clock.now(), play.world.members["Wu"]
        judged = await service.judge(session, ids.decode("pho", photo), PASSED, wu, now)

    assert (judged.moderation, judged.judged_by_id) == (RISKY, None)


# Who cannot be asked about.


@pytest.mark.parametrize("more", [{"public_base_url": ""}, {"wechat_push_token": NONE, "wechat_push_key": NONE}])
async def test_where_the_platform_cannot_reach_us_people_look_from_the_start(
    database_url: str, clock: FixedClock, more: dict[str, Any]
) -> None:
    async with moderated(database_url, clock, **more) as play:
        photo = await play.send(await play.world.sign_in("Lin"))
        await play.ask()

        assert (await play.state(photo), await play.asked()) == (HUMAN, 0)


async def test_photos_that_wait_when_the_platform_is_switched_off_are_left_to_people(
    play: Play, database_url: str
) -> None:
    waits, pends = [await play.stored("Lin", f"photo-{n:04d}") for n in range(2)]
    async with play.world.parts.database.write() as session:
        for number in (2, 1):
            row = await session.get(Upload, ids.decode("pho", pends if number == 2 else waits))
            assert row is not None
            row.moderation, row.asked_at = (PENDING, play.world.clock.now()) if number == 2 else (WAITING, None)
    (asking,) = [job for job in worker.jobs(settings_for(database_url)) if job.name == "media.ask_the_platform"]

    await asking.tick(play.world.parts.database, play.world.clock)
    first = await play.state(waits), await play.state(pends)
    play.world.clock.advance(moderation.SILENT_AFTER)
    await asking.tick(play.world.parts.database, play.world.clock)

    assert first == (HUMAN, PENDING)
    assert await play.state(pends) == HUMAN
    assert await play.asked() == 0


@pytest.mark.parametrize("why", ["away", "no account", "another key"])
async def test_whoever_the_platform_cannot_be_asked_for_is_left_to_people(play: Play, why: str) -> None:
    photo = await play.stored()
    if why == "away":
        await play.control("users", openid="openid-Lin", away=True)
    changes: dict[str, dict[str, Any]] = {
        "no account": {"member_id": None},
        "another key": {"subject_ciphertext": "not ours"},
    }
    if change := changes.get(why):
        async with play.world.parts.database.write() as session:
            await session.exec(update(Login).values(**change))

    await play.ask()

    assert await play.state(photo) == HUMAN
    assert await play.asked() == (1 if why == "away" else 0)


# When WeChat has a bad day.


@pytest.mark.parametrize("mode", ["busy", "quota", "ip", "html", "error500", "slow"])
async def test_a_platform_that_does_not_take_the_question_is_given_rest_and_asked_again(play: Play, mode: str) -> None:
    hurry_all(play)
    photo = await play.stored()
    await play.control("faults", endpoint=MEDIA_CHECK, mode=mode, count=99, seconds=2)

    await play.ask()
    state, asked = await play.state(photo), await play.asked()
    other = await play.stored("Lin", "photo-0002")
    await play.ask()
    rested = await play.asked()
    await play.world.wechat.delete("/sandbox/faults")
    play.world.clock.advance(moderation.ASKED_AGAIN_AFTER)
    await play.ask()
    await play.hear_all()

    assert (state, rested) == (WAITING, asked)
    assert await play.state(photo) == await play.state(other) == PASSED


async def test_after_two_hours_of_trying_people_look(play: Play) -> None:
    hurry_all(play)
    photo = await play.stored()
    await play.control("faults", endpoint=MEDIA_CHECK, mode="busy", count=999)
    await play.ask()
    early = await play.state(photo)
    play.world.clock.advance(timedelta(hours=2))

    await play.ask()

    assert (early, await play.state(photo)) == (WAITING, HUMAN)


async def test_the_minutes_quota_is_respected_and_nothing_is_lost(play: Play) -> None:
    hurry_all(play)
    photos = [await play.stored("Lin", f"photo-{number:04d}") for number in range(12)]
    await play.control("quotas", endpoint=MEDIA_CHECK, a_minute=5)

    for _ in range(3):
        await play.ask()
        play.world.clock.advance(moderation.ASKED_AGAIN_AFTER)
    await play.hear_all()

    assert len(await play.traces()) == 12
    assert [await play.state(photo) for photo in photos] == [PASSED] * 12


# Keeping and forgetting.


async def test_a_photo_that_was_deleted_meanwhile_is_not_asked_about(play: Play) -> None:
    photo = await play.stored()
    async with play.world.parts.database.write() as session:
        await service.forget(session, [ids.decode("pho", photo)], play.world.clock.now())

    assert await play.ask() == 0
    assert await play.asked() == 0


async def test_answers_to_nobodys_question_are_kept_for_a_day(play: Play) -> None:
    await play.hear("a-trace-of-nobody", "pass")
    store = play.world.parts.services.use(Uploads).store

    await jobs.sweep(store, play.world.parts.database, play.world.clock)
    kept = await play.question("a-trace-of-nobody")
    play.world.clock.advance(moderation.ANSWERS_KEPT + timedelta(seconds=1))
    await jobs.sweep(store, play.world.parts.database, play.world.clock)

    assert kept is not None
    assert await play.question("a-trace-of-nobody") is None


async def test_an_act_counts_whatever_its_photo_comes_to_and_only_a_refused_one_proves_nothing(play: Play) -> None:
    campaign = await play.world.open_campaign("grain-day")
    lin, zhou = [await joined(play.world, name, campaign) for name in ("Lin", "Zhou")]
    await play.plan(openid="openid-Zhou", suggest="risky", label=20002)
    photos = [await play.send(person) for person in (lin, zhou)]
    before = await record(lin, act(campaign, "clear_plate", play.world.clock.now()) | {"photoId": photos[0]})
    await play.ask()
    await play.deliver()

    refused = await record(zhou, act(campaign, "clear_plate", play.world.clock.now()) | {"photoId": photos[1]})

    assert before["outcomes"][0]["checkIn"]["proof"] == "photo"
    assert refused["outcomes"][0]["__typename"] == "PhotoRefused"


async def test_a_person_who_looked_before_the_platform_spoke_does_not_pass_what_it_refused(play: Play) -> None:
    upload = ids.decode(service.UPLOAD_ID, await play.stored())
    database, now = play.world.parts.database, play.world.clock.now()

    async with database.write() as session:
        looked_at = await session.get(Upload, upload)
        assert looked_at is not None
        assert looked_at.moderation != RISKY
        # What another transaction commits meanwhile: this session still holds the row as it was.
        refused = update(Upload).where(col(Upload.id) == upload).values(moderation=RISKY)
        await session.exec(refused.execution_options(synchronize_session=False))
        await moderation.judge(session, upload, PASSED, play.world.members["Wu"], now)

    async with database.read() as session:
        kept = await session.get(Upload, upload)
    assert kept is not None
    assert (kept.moderation, kept.judged_by_id) == (RISKY, None)
