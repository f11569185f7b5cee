"""Linking a WeChat account to the roster: by the organiser's code, by the verified phone, and what is refused."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select, update

from backend.core.vault import Vault
from backend.identity import office, service
from backend.identity.errors import AlreadyBound
from backend.identity.tables import Login, Membership
from tests.api.asking import accepted, act, answered, end_membership, failed, hurry, join, nothing_written, refused
from tests.cast import Person, World, trip

CODE_INVALID = {"problem": "BindingCodeInvalid", "zh": "绑定码无效", "en": "unknown, used or expired"}
PHONE_INVALID = {"problem": "PhoneCodeInvalid", "zh": "手机号验证已失效", "en": "no longer valid"}
NOT_ON_ROSTER = {"zh": "不在任何单位的名册中", "en": "on no institution's roster"}


async def unbound(world: World, name: str) -> Person:
    person = world.stranger()
    person.token = (await person.run("SignIn", input={"code": await world.login_code(name)}))["token"]
    return person


async def binding_code(world: World, staff_number: str) -> str:
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A"), "staffNumber": staff_number}
    code: str = (await wu.run("IssueBindingCode", input=asked))["code"]
    return code


async def phone_code(world: World, name: str) -> str:
    code: str = (await world.wechat.post("/sandbox/phone-code", json={"openid": world.openids[name]})).json()["code"]
    return code


async def bind(person: Person, code: str) -> Any:
    return await person.run("BindRoster", input={"bindingCode": code})


async def test_a_binding_code_works_once_and_for_one_account(world: World) -> None:
    lin, zhou = await unbound(world, "Lin"), await unbound(world, "Zhou")
    code = await binding_code(world, "A001")

    bound = await bind(lin, f" {code[:5].lower()}-{code[5:]} ")
    again = await bind(lin, code)

    assert bound["member"]["name"] == "林小满"
    assert again == bound
    async with nothing_written(world):
        await answered(zhou, "BindRoster", **CODE_INVALID, input={"bindingCode": code})


async def test_codes_that_are_unknown_malformed_or_expired_get_one_answer(world: World) -> None:
    lin = await unbound(world, "Lin")
    code = await binding_code(world, "A001")
    world.clock.advance(timedelta(days=14, seconds=1))

    async with nothing_written(world):
        for wrong in (code, "ABCDEFGHJK", "", "码" * 500, "nul\u0000"):
            await answered(lin, "BindRoster", **CODE_INVALID, input={"bindingCode": wrong})


async def test_an_account_that_speaks_for_one_member_cannot_speak_for_another(world: World) -> None:
    lin = await world.sign_in("Lin")
    await world.wechat.post("/sandbox/users", json={"openid": world.openids["Lin"], "phone": "13800000002"})
    code, phone = await binding_code(world, "A002"), await phone_code(world, "Lin")

    async with nothing_written(world):
        await answered(
            lin, "BindRoster", "AlreadyBound", zh="已绑定其他人员", en="another person", input={"bindingCode": code}
        )
        answer = await lin.run("BindRoster", input={"phoneCode": phone})
    assert answer["__typename"] == "AlreadyBound"


async def test_phone_codes_that_are_forged_used_or_for_something_else_are_refused(world: World) -> None:
    lin = await unbound(world, "Lin")
    used = await phone_code(world, "Lin")
    assert (await lin.run("BindRoster", input={"phoneCode": used}))["__typename"] == "RosterBound"

    async with nothing_written(world):
        for wrong in (used, "forged", await world.login_code("Lin"), "验证码"):
            await answered(lin, "BindRoster", **PHONE_INVALID, input={"phoneCode": wrong})


async def test_a_phone_on_no_roster_binds_nobody_and_wechat_down_is_a_503(world: World) -> None:
    hurry(world)
    await world.wechat.post("/sandbox/users", json={"openid": "openid-new", "phone": "13999999999"})
    world.openids["new"] = "openid-new"
    person = await unbound(world, "new")
    await person.run("BindRoster", input={"phoneCode": await phone_code(world, "new")})  # fetches the access token

    async with nothing_written(world):
        for language, words in (("zh-CN", "手机号不在单位名册中"), ("en", "on no roster")):
            asked = {"phoneCode": await phone_code(world, "new")}
            answer = await replace(person, language=language).run("BindRoster", input=asked)
            assert answer["__typename"] == "PhoneNotOnRoster"
            assert words in answer["message"]
        await world.wechat.post("/sandbox/faults", json={"mode": "busy", "count": 3})
        response = await person.send("BindRoster", {"input": {"phoneCode": await phone_code(world, "new")}})
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_an_account_on_no_roster_is_told_so_everywhere(world: World) -> None:
    campaign = await world.open_campaign()
    stranger = await unbound(world, "Lin")

    async with nothing_written(world):
        for document, asked in (
            ("JoinCampaign", {"campaignId": campaign}),
            ("LeaveCampaign", {"campaignId": campaign}),
            ("SetDisplayName", {"displayName": "小满"}),
            ("RecordCheckIns", {"requestId": "no-roster", "items": [trip(campaign, world.clock.now())]}),
        ):
            await answered(stranger, document, "NotOnRoster", **NOT_ON_ROSTER, input=asked)
        await failed(stranger, "MyLedger", "PROBLEM", **NOT_ON_ROSTER)
        home = await stranger.run("Home")
    assert (home["member"], home["campaigns"], home["today"]) == (None, [], [])


async def test_a_member_who_has_left_reports_only_what_was_done_before(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await world.sign_in("Lin")
    await join(lin, campaign)
    last_day = world.clock.now()
    await end_membership(world, "Lin", last_day)
    world.clock.advance(timedelta(days=1))

    async with nothing_written(world):
        today = trip(campaign, world.clock.now())
        await refused(lin, today, "NotOnRoster", **NOT_ON_ROSTER)
        await answered(lin, "JoinCampaign", "NotFound", zh="活动", en="campaign", input={"campaignId": campaign})
    (late,) = await accepted(lin, act(campaign, "lecture", last_day))

    assert late["day"] == "2026-06-15"


async def test_a_code_for_a_member_who_has_left_binds_nobody(world: World) -> None:
    lin = await unbound(world, "Lin")
    code = await binding_code(world, "A001")
    await end_membership(world, "Lin", world.clock.now() - timedelta(days=1))

    async with nothing_written(world):
        await answered(lin, "BindRoster", "NotOnRoster", **NOT_ON_ROSTER, input={"bindingCode": code})
        await answered(lin, "BindRoster", "NotOnRoster", **NOT_ON_ROSTER, input={"bindingCode": code})


async def test_a_new_phone_takes_the_place_of_the_old_one(world: World) -> None:
    old = await world.sign_in("Lin")
    await world.wechat.post("/sandbox/users", json={"openid": "openid-Lin-2", "phone": "13800000001"})
    world.openids["Lin-2"] = "openid-Lin-2"

    new = await world.sign_in("Lin-2")

    assert (await new.run("Home"))["member"]["name"] == "林小满"
    await failed(old, "MyLedger", "PROBLEM", **NOT_ON_ROSTER)


async def test_a_phone_code_that_somebody_else_got_binds_nobody(world: World) -> None:
    chen = await unbound(world, "Chen")

    await chen.run("BindRoster", input={"phoneCode": "forged"})  # fetches the access token

    async with nothing_written(world):
        await answered(chen, "BindRoster", **PHONE_INVALID, input={"phoneCode": await phone_code(world, "Sun")})
    assert (await chen.run("Home"))["member"] is None


async def test_a_new_code_ends_the_earlier_unused_ones_of_this_member_only(world: World) -> None:
    lin, zhou = await unbound(world, "Lin"), await unbound(world, "Zhou")
    first, others = await binding_code(world, "A001"), await binding_code(world, "A002")

    second = await binding_code(world, "A001")

    async with nothing_written(world):
        await answered(lin, "BindRoster", **CODE_INVALID, input={"bindingCode": first})
    assert (await bind(lin, second))["__typename"] == "RosterBound"
    assert (await bind(zhou, others))["__typename"] == "RosterBound"


async def test_a_new_list_of_codes_ends_those_of_the_list_before(world: World) -> None:
    lin = await unbound(world, "Lin")
    lists = []
    for _ in range(2):
        async with world.parts.database.write() as session:
            vault, place = world.parts.services.use(Vault), world.institutions["A"].credit_code
            made = await office.hand_out_codes(session, vault, place, world.clock.now())
            lists.append({one.staff_number: one.code for one in made})

    await answered(lin, "BindRoster", **CODE_INVALID, input={"bindingCode": lists[0]["A001"]})
    assert (await bind(lin, lists[1]["A001"]))["__typename"] == "RosterBound"


async def test_who_begins_today_in_beijing_may_bind_at_seven_in_the_morning(world: World) -> None:
    async with world.parts.database.write() as session:
        of_lin = col(Membership.member_id) == world.members["Lin"]
        await session.exec(update(Membership).where(of_lin).values(starts_on=date(2026, 6, 15)))
    world.clock.at = datetime(2026, 6, 14, 23, 0, tzinfo=UTC)
    lin = await unbound(world, "Lin")

    answer = await lin.run("BindRoster", input={"phoneCode": await phone_code(world, "Lin")})

    assert answer["__typename"] == "RosterBound"


async def test_two_accounts_that_bind_one_member_at_once_leave_one_bound(world: World) -> None:
    await unbound(world, "Zhou")
    await unbound(world, "Chen")
    database, vault = world.parts.database, world.parts.services.use(Vault)
    async with database.read() as session:
        first, second = (await session.exec(select(Login.id).order_by(col(Login.id)))).all()

    async def bind_second() -> int | None:
        try:
            async with database.write() as session:
                return await service.bind_by_phone(session, vault, second or 0, "+8613800000001", world.clock.now())
        except AlreadyBound:
            return None

    async with database.write() as session:
        await service.bind_by_phone(session, vault, first or 0, "+8613800000001", world.clock.now())
        waiting = asyncio.create_task(bind_second())
        await asyncio.sleep(0.3)  # until the other one has met our row
    outcome = await waiting

    async with database.read() as session:
        bound = (await session.exec(select(Login.id).where(col(Login.member_id) == world.members["Lin"]))).all()
    assert bound == [second if database.is_sqlite else first]
    assert outcome == (world.members["Lin"] if database.is_sqlite else None)
