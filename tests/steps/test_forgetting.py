"""Steps are the member's own: nobody else reads them, they go when asked to, and by themselves when they are old."""

from datetime import timedelta

from graphql import GraphQLObjectType, build_schema, get_named_type

from backend.core import paths
from backend.steps.jobs import forget_old_steps
from tests.api.asking import accepted, answered, contents, end_membership, failed, fresh_id, nothing_written
from tests.cast import World, trip
from tests.laws.play import complaints, points_of, rows_of
from tests.steps.phones import at, phone_of

SCHEMA = build_schema((paths.folder("graphql") / "schema.graphql").read_text(encoding="utf-8"))
COUNT = 4321  # told nowhere else


async def stored(world: World) -> dict[str, int]:
    """Return how many rows hold steps or answers about them."""
    return {table: await rows_of(world.parts.database, table) for table in ("step_day", "step_receipt")}


async def test_a_member_sees_the_steps_of_the_last_31_days_newest_first(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(COUNT)
    await lin.walk(700, days_ago=30)
    assert (await lin.person.run("MySteps"))["steps"] == []
    await lin.submit()
    world.clock.advance(timedelta(days=1))

    shown = (await lin.person.run("MySteps"))["steps"]

    assert len(shown) == 30
    assert (shown[0]["day"], shown[0]["steps"], shown[0]["points"]) == ("2026-06-15", COUNT, 4)
    assert shown[0]["checkIn"]["title"] == "微信步数"


async def test_nobody_else_reads_steps(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou = await phone_of(world, "Lin", campaign), await phone_of(world, "Zhou", campaign)
    await lin.walk(COUNT)
    await lin.submit()
    await accepted(zhou.person, trip(campaign, world.clock.now()))
    asked = {"institutionId": world.institution_id("A"), "campaignId": campaign}

    for name in ("Wu", "Sun"):
        page = (await (await world.sign_in(name)).run("ReportedCheckIns", **asked))["items"]
        assert [one["kind"] for one in page] == ["commute"]
        assert (await (await world.sign_in(name)).run("MySteps"))["steps"] == []
    assert (await zhou.person.run("MySteps"))["steps"] == []


def test_steps_are_told_by_the_members_own_fields_alone() -> None:
    telling = {
        (name, field)
        for name, one in SCHEMA.type_map.items()
        if isinstance(one, GraphQLObjectType)
        for field, own in one.fields.items()
        if get_named_type(own.type).name in {"StepDay", "SubmittedStepDay"}
    }

    assert telling == {("Viewer", "steps"), ("StepsSubmitted", "days")}
    viewer = SCHEMA.type_map["Viewer"]
    assert isinstance(viewer, GraphQLObjectType)
    assert not viewer.fields["steps"].args


async def test_nothing_of_what_was_sent_is_kept_but_the_count_of_each_day(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(COUNT)
    told = [{"timestamp": at(lin.today), "step": COUNT}]
    sealed = await lin.seal({"stepInfoList": told, "openId": "canary-openid", "city": "canary-city"})

    await lin.send(sealed)

    kept = repr(await contents(world))
    for canary in (sealed["encryptedData"][:40], sealed["iv"], "canary-openid", "canary-city"):
        assert canary not in kept


async def test_forgetting_deletes_every_count_and_leaves_what_was_earned(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou = await phone_of(world, "Lin", campaign), await phone_of(world, "Zhou", campaign)
    for phone in (lin, zhou):
        await phone.walk(COUNT)
    sealed, request_id = await lin.werun(), fresh_id()
    await lin.send(sealed, request_id)
    await zhou.submit()

    first, again = await lin.person.run("ForgetSteps"), await lin.person.run("ForgetSteps")

    assert (first["days"], again["days"]) == (31, 0)
    assert (await lin.person.run("MySteps"))["steps"] == []
    assert len((await zhou.person.run("MySteps"))["steps"]) == 31
    number, kept = world.members["Lin"], await contents(world)
    assert {row[0] for row in kept["step_day"]} == {world.members["Zhou"]}
    assert [row[3] for row in kept["step_receipt"] if row[0] == number] == [None]  # the answer
    assert [row[12] for row in kept["check_in"] if row[1] == number] == ['{"thousands":4}']  # the details
    assert await points_of(lin.person) == 4
    assert await complaints(world.parts.database) == []


async def test_a_late_retry_brings_nothing_back_that_was_forgotten(world: World) -> None:
    lin = await phone_of(world, "Lin")
    await lin.walk(COUNT)
    sealed, request_id = await lin.werun(), fresh_id()
    await lin.send(sealed, request_id)
    await lin.person.run("ForgetSteps")

    async with nothing_written(world):
        again = await lin.send(sealed, request_id)

    assert (again["replayed"], again["days"], again["earned"]) == (True, [], 0)


async def test_who_sends_steps_again_after_forgetting_earns_no_day_twice(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3000)
    await lin.submit()
    await lin.person.run("ForgetSteps")
    await lin.walk(2000)

    answer = await lin.submit()

    assert (answer["earned"], answer["days"][0]["steps"], answer["days"][0]["points"]) == (0, 2000, 3)
    assert await points_of(lin.person) == 3


async def test_old_counts_and_answers_go_by_themselves_and_acts_stay(world: World) -> None:
    database, clock = world.parts.database, world.clock
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(COUNT)
    await lin.submit()
    assert await forget_old_steps(database, clock) == 0
    clock.advance(timedelta(days=7, minutes=1))
    assert await forget_old_steps(database, clock) == 1
    assert await stored(world) == {"step_day": 31, "step_receipt": 0}
    clock.advance(timedelta(days=53))  # sixty days after

    some, none = await forget_old_steps(database, clock), await forget_old_steps(database, clock)
    left = await stored(world)
    clock.advance(timedelta(days=365))  # a worker that was away

    assert (some, none, left["step_day"]) == (30, 0, 1)
    assert await forget_old_steps(database, clock) == 1
    assert await points_of(await world.sign_in("Lin")) == 4


async def test_a_stranger_and_a_member_of_no_roster_are_told_so(world: World) -> None:
    lin = await phone_of(world, "Lin")
    sealed = {"requestId": fresh_id(), **await lin.werun()}
    unbound = world.stranger()
    unbound.token = (await unbound.run("SignIn", input={"code": await world.login_code("Zhou")}))["token"]
    words = {"zh": "不在任何单位的名册中", "en": "on no institution's roster"}

    async with nothing_written(world):
        await answered(unbound, "SubmitSteps", "NotOnRoster", **words, input=sealed)
        await failed(unbound, "MySteps", "PROBLEM", **words)
        assert (await unbound.run("ForgetSteps"))["days"] == 0
        ended = {"code": "UNAUTHENTICATED", "zh": "登录已失效", "en": "session has ended"}
        await failed(world.stranger(), "SubmitSteps", **ended, input=sealed)
        await failed(world.stranger(), "MySteps", **ended)
        await failed(world.stranger(), "ForgetSteps", **ended)


async def test_who_has_left_the_roster_sends_no_more_steps_and_may_still_delete(world: World) -> None:
    lin = await phone_of(world, "Lin")
    await lin.submit()
    await end_membership(world, "Lin", world.clock.now() - timedelta(days=1))
    sealed = {"requestId": fresh_id(), **await lin.werun()}

    async with nothing_written(world):
        words = {"zh": "不在任何单位的名册中", "en": "on no institution's roster"}
        await answered(lin.person, "SubmitSteps", "NotOnRoster", **words, input=sealed)

    assert (await lin.person.run("ForgetSteps"))["days"] == 31
