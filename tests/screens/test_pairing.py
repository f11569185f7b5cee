"""Pairing: a code on the screen, entered in the console; guesses, races, used and expired codes, floods."""

import asyncio
import json
import logging
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from backend.core import short_codes
from backend.core.receipts import Order
from backend.core.vault import Vault
from backend.identity import service as identity
from backend.screens import codes, pairing
from backend.screens.addresses import AddressLimit
from backend.screens.errors import TooManyGuesses
from backend.screens.tables import PairingGuess, Screen, ScreenPairing
from tests.api.asking import answered, failed, nothing_written
from tests.cast import SHIPPED, Failed, Person, World, populate
from tests.conftest import NOON
from tests.screens.anything import something_for
from tests.screens.devices import COOKIE, Device, asked, pair

# What anybody may ask who is not signed in: the catalogue of kinds, and to be signed in.
OPEN_TO_ALL = {"Kinds", "Kinds.v2", "CodeKinds", "SignIn"}
UNKNOWN = {"zh": "没有屏幕正在显示这个配对码", "en": "No screen shows this code"}
ENOUGH = {"zh": "一小时内输错的配对码过多", "en": "Too many wrong codes"}


async def organiser_of_b(world: World) -> Person:
    """Let Chen organise B."""
    async with world.parts.database.write() as session:
        place = world.institutions["B"].id or 0
        await identity.grant(session, world.members["Chen"], "organiser", place, world.clock.now())
    return await world.sign_in("Chen")


async def guesses(world: World) -> int:
    """Count the wrong codes that are kept."""
    async with world.parts.database.read() as session:
        return (await session.exec(select(func.count()).select_from(PairingGuess))).one()


async def test_a_screen_shows_a_code_and_belongs_to_the_institution_for_which_it_is_entered(world: World) -> None:
    wu, device = await world.sign_in("Wu"), Device(world)

    told = await device.begin()
    before = await device.state()
    typed = f" {told['code'][:3].lower()} - {told['code'][3:]}"
    paired = await wu.run("PairScreen", input=asked(world, typed, locale="en"))
    (listed,) = await wu.run("Screens.v2", institutionId=world.institution_id("A"))
    stands = (await device.get("/screen/pairings")).json()
    board = await Person(world.client, device.key).run("CanteenBoard")

    assert short_codes.can_be(told["code"], 6)
    assert told["modules"] == list(codes.modules(f"http://api.test/screen/pair/{told['code']}"))
    assert told["ends_at"] - told["now"] == 600_000
    assert (before, paired["__typename"], paired["replayed"]) == ("waiting", "ScreenPaired", False)
    assert (listed["id"], listed["place"], listed["locale"]) == (paired["screen"]["id"], "一层食堂", "en")
    assert stands == {"state": "paired", "institution": "滨河区档案馆", "place": "一层食堂"}
    assert board["institution"] == "滨河区档案馆"


async def test_the_secret_is_a_cookie_for_the_screen_s_paths_alone_and_only_fingerprints_are_kept(world: World) -> None:
    device = Device(world)

    answer = await device.post("/screen/pairings")
    cookie = answer.headers["set-cookie"]
    async with world.parts.database.read() as session:
        (row,) = (await session.exec(select(ScreenPairing))).all()

    assert len(device.key) == 32  # 192 bits
    for part in ("HttpOnly", "SameSite=strict", "Path=/screen", "Max-Age=34560000"):
        assert part in cookie
    assert "Secure" not in cookie
    kept = json.dumps(row.model_dump(), default=str)
    assert device.key not in kept
    assert answer.json()["code"] not in kept
    assert device.key not in answer.text


async def test_the_cookie_is_only_for_encrypted_connections_where_there_are_any(database_url: str) -> None:
    from backend.core.clock import FixedClock

    async with populate(database_url, FixedClock(NOON), public_base_url="https://tanhui.example.gov.cn") as world:
        public = await Device(world).post("/screen/pairings")
    async with populate(database_url, FixedClock(NOON)) as world:
        device = Device(world)
        device.base_url = "https://api.test"
        encrypted = await device.post("/screen/pairings")

    assert "Secure" in public.headers["set-cookie"]
    assert "Secure" in encrypted.headers["set-cookie"]
    says = codes.modules(f"https://tanhui.example.gov.cn/screen/pair/{public.json()['code']}")
    assert public.json()["modules"] == list(says)


async def test_a_screen_that_asks_again_keeps_its_code_until_it_ends_and_its_secret_after_that(world: World) -> None:
    device = Device(world)

    first, key = await device.begin(), device.key
    world.clock.advance(timedelta(minutes=9, seconds=59))
    again, same = await device.begin(), device.key
    world.clock.advance(timedelta(seconds=1))
    state = await device.state()
    fresh, kept = await device.begin(), device.key
    later = []
    for _ in range(6):  # an hour and more unpaired
        world.clock.advance(timedelta(minutes=10))
        later.append((await device.begin())["code"])

    assert (again["code"], again["ends_at"], same) == (first["code"], first["ends_at"], key)
    assert (state, await device.state()) == ("over", "waiting")
    assert (fresh["code"] != first["code"], kept) == (True, key)
    assert len({first["code"], fresh["code"], *later}) == 8
    async with world.parts.database.read() as session:
        assert len((await session.exec(select(ScreenPairing))).all()) == 1


async def test_a_code_that_ran_out_was_used_or_never_was_pairs_nothing(world: World) -> None:
    wu, device, other = await world.sign_in("Wu"), Device(world), Device(world)

    ended = (await other.begin())["code"]
    world.clock.advance(timedelta(minutes=10))
    used = (await device.begin())["code"]
    assert (await wu.run("PairScreen", input=asked(world, used)))["__typename"] == "ScreenPaired"
    for code in (ended, used, "AAAAAA"):
        await answered(wu, "PairScreen", "PairingCodeUnknown", **UNKNOWN, input=asked(world, code))

    assert await guesses(world) == 6  # each was asked in two languages
    async with world.parts.database.read() as session:
        assert len((await session.exec(select(Screen))).all()) == 1


@pytest.mark.parametrize("code", ["", "O0I1L5", "é" * 6, "K7P4MQ\u0000", "％００", "x" * 5000, "' OR 1=1 --"])
async def test_what_is_no_code_at_all_is_a_guess_like_any_other(world: World, code: str) -> None:
    await answered(await world.sign_in("Wu"), "PairScreen", "PairingCodeUnknown", **UNKNOWN, input=asked(world, code))


async def test_after_ten_wrong_codes_in_an_hour_the_right_one_is_not_looked_at_either(world: World) -> None:
    wu, sun, device = await world.sign_in("Wu"), await world.sign_in("Sun"), Device(world)
    code = (await device.begin())["code"]

    for _ in range(10):
        await wu.run("PairScreen", input=asked(world, "AAAAAA"))
        world.clock.advance(timedelta(seconds=1))
    async with nothing_written(world):
        await answered(wu, "PairScreen", "TooManyGuesses", **ENOUGH, input=asked(world, code))
        told = await wu.run("PairScreen", input=asked(world, code))
    others = await sun.run("PairScreen", input=asked(world, code))
    world.clock.advance(timedelta(hours=1, seconds=-10))
    later = await wu.run("PairScreen", input=asked(world, (await Device(world).begin())["code"]))

    assert told["until"] == "2026-06-15T05:00:00+00:00"
    assert "2026-06-15 13:00" in told["message"]
    assert others["__typename"] == "ScreenPaired"  # only the guesser is kept away
    assert later["__typename"] == "ScreenPaired"


async def test_ten_thousand_guesses_find_nothing_though_the_right_code_is_among_them(world: World) -> None:
    vault, now, wu = world.parts.services.use(Vault), world.clock.now(), world.members["Wu"]
    right = (await Device(world).begin())["code"]
    count = 10_000 if world.parts.database.is_sqlite else 500  # the law is the same, its price here is not
    tried = [short_codes.new(6) for _ in range(count - 1)]
    tried = [one for one in tried if one != right] + [right]
    found = refused = 0

    async with world.parts.database.write() as session:
        for number, code in enumerate(tried):
            order = Order(wu, f"guess-{number:06d}", pairing.PAIR, (code,))
            hashed = pairing.code_fingerprint(vault, code)
            place = world.institutions["A"].id or 0
            try:
                made = await pairing.pair(
                    session, order, code=hashed, institution_id=place, place="食堂", locale=None, now=now
                )
                found += made is not None
            except TooManyGuesses:
                refused += 1

    assert (found, refused) == (0, len(tried) - 10)
    assert await guesses(world) == 10


async def test_two_organisers_who_enter_one_code_at_once_get_one_screen(world: World) -> None:
    wu, chen = await world.sign_in("Wu"), await organiser_of_b(world)
    device = Device(world)
    code = (await device.begin())["code"]

    answers = await asyncio.gather(
        wu.run("PairScreen", input=asked(world, code, "A")),
        chen.run("PairScreen", input=asked(world, code, "B")),
        wu.run("PairScreen", input=asked(world, code, "A", "二层")),
    )

    assert sorted(one["__typename"] for one in answers) == ["PairingCodeUnknown", "PairingCodeUnknown", "ScreenPaired"]
    async with world.parts.database.read() as session:
        (screen,) = (await session.exec(select(Screen))).all()
        (row,) = (await session.exec(select(ScreenPairing))).all()
    assert row.screen_id == screen.id
    assert await device.state() == "paired"


async def test_a_screen_that_hangs_at_a_is_b_s_once_an_organiser_of_b_enters_its_code_and_says_so(world: World) -> None:
    chen, device = await organiser_of_b(world), Device(world)

    await pair(world, chen, device, at="B", place="阅览室")
    stands = (await device.get("/screen/pairings")).json()
    of_a = await (await world.sign_in("Wu")).run("Screens.v2", institutionId=world.institution_id("A"))

    assert (stands["institution"], stands["place"]) == ("滨河区图书馆", "阅览室")
    assert of_a == []


async def test_the_same_request_pairs_once_and_other_content_under_its_id_is_refused(world: World) -> None:
    wu, device = await world.sign_in("Wu"), Device(world)
    request = asked(world, (await device.begin())["code"])

    first = await wu.run("PairScreen", input=request)
    async with nothing_written(world):
        again = await wu.run("PairScreen", input=request)
        reused = request | {"place": "二层食堂"}
        await answered(wu, "PairScreen", "RequestReused", zh="请求编号已用于", en="something else", input=reused)
        short = request | {"requestId": "x"}
        await answered(wu, "PairScreen", "RequestIdInvalid", zh="8 至 64", en="8 to 64", input=short)

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["screen"] == first["screen"]


async def test_what_cannot_be_a_place_or_a_language_is_refused_and_is_no_guess(world: World) -> None:
    wu, code = await world.sign_in("Wu"), (await Device(world).begin())["code"]

    async with nothing_written(world):
        for place in ("", " ", "x" * 61, "食\u202e堂", "食\n堂"):
            words = {"zh": "1–60", "en": "1 to 60"}
            await answered(wu, "PairScreen", "InvalidValue", **words, input=asked(world, code, place=place))
        words = {"zh": "“locale”填写有误", "en": "'locale' cannot be accepted"}
        for locale in ("fr", "", "zh", "EN"):
            await answered(wu, "PairScreen", "InvalidValue", **words, input=asked(world, code, locale=locale))


async def test_who_manages_nothing_there_pairs_nothing_wherever_it_is(world: World) -> None:
    lin, wu, code = await world.sign_in("Lin"), await world.sign_in("Wu"), (await Device(world).begin())["code"]

    async with nothing_written(world):
        for person, institution in (
            (lin, world.institution_id("A")),
            (wu, world.institution_id("B")),
            (wu, "ins_7777777"),
            (wu, "' OR 1=1"),
        ):
            wanted = asked(world, code) | {"institutionId": institution}
            await failed(person, "PairScreen", "FORBIDDEN", zh="没有进行此操作的权限", en="not allowed", input=wanted)
        wanted = asked(world, code)
        await failed(world.stranger(), "PairScreen", "UNAUTHENTICATED", zh="登录", en="session", input=wanted)


async def test_a_paired_screen_s_key_opens_no_document_but_its_own(world: World) -> None:
    wu, device = await world.sign_in("Wu"), Device(world)
    await pair(world, wu, device)
    screen, answers = Person(world.client, device.key), {}

    async with nothing_written(world):
        for document in sorted(SHIPPED.keys() - OPEN_TO_ALL - {"CanteenBoard", "CanteenBoard.v2"}):
            try:
                variables = something_for(document)
                if document == "ReverseTransfer":  # one of two that are both optional
                    variables["input"]["checkInId"] = "chk_1"
                answers[document] = [await screen.run(document, **variables)]
            except Failed as failure:
                answers[document] = sorted({*failure.codes, *failure.messages})

    told = ["UNAUTHENTICATED", "登录已失效，请重新登录。"]
    assert {name: answer for name, answer in answers.items() if answer != told} == {}
    for document in ("CanteenBoard", "CanteenBoard.v2"):
        assert (await screen.run(document))["place"] == "一层食堂"


async def test_a_revoked_screen_is_over_and_begins_anew_with_another_secret(world: World) -> None:
    wu, device = await world.sign_in("Wu"), Device(world)
    screen, key = await pair(world, wu, device), device.key

    await wu.run("RevokeScreen", input={"screenId": screen["id"]})
    state = await device.state()
    await pair(world, wu, device)

    assert state == "over"
    assert device.key != key
    for wrong in (key, device.key[:-1], device.key.swapcase(), "x" * 5000, "'; --", ""):
        other = Device(world)
        assert (await other.get("/screen/pairings", headers={"cookie": f"{COOKIE}={wrong}"})).json()["state"] == "over"


async def test_a_paired_screen_that_asks_for_a_code_is_told_that_it_has_a_place(world: World) -> None:
    wu, device = await world.sign_in("Wu"), Device(world)
    await pair(world, wu, device)
    key = device.key

    async with nothing_written(world):
        told = await device.begin()

    assert told == {"state": "paired", "institution": "滨河区档案馆", "place": "一层食堂"}
    assert device.key == key


async def test_no_more_than_a_thousand_screens_wait_at_once(world: World) -> None:
    now, vault = world.clock.now(), world.parts.services.use(Vault)
    async with world.parts.database.write() as session:
        for number in range(1000):
            name, ends_at = f"{number:064d}", now + timedelta(minutes=10)
            session.add(ScreenPairing(key_fingerprint=name, code_fingerprint=name, began_at=now, ends_at=ends_at))

    async with nothing_written(world):
        full = [await Device(world).post("/screen/pairings", headers={"accept-language": one}) for one in ("zh", "en")]
    world.clock.advance(timedelta(minutes=10))
    later = await Device(world).begin()

    assert [one.status_code for one in full] == [503, 503]
    assert "等待配对的屏幕过多" in full[0].text
    assert "Too many screens wait" in full[1].text
    assert full[0].headers["retry-after"] == "60"
    assert pairing.code_fingerprint(vault, later["code"]) != ""


async def test_one_address_begins_thirty_in_ten_minutes_and_another_is_not_in_its_way(world: World) -> None:
    for _ in range(30):
        await Device(world).begin()
    async with nothing_written(world):
        refused = await Device(world).post("/screen/pairings", headers={"accept-language": "en"})
    neighbour = await Device(world, "10.0.0.2").begin()
    world.clock.advance(timedelta(minutes=10))
    later = await Device(world).begin()

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "600")
    assert "too many codes" in refused.text
    assert neighbour["code"] != later["code"]


def test_an_address_of_ipv6_is_counted_by_its_network_and_what_is_remembered_is_bounded() -> None:
    limit = AddressLimit(2, timedelta(minutes=10))

    waits = [limit.wait_seconds(f"2001:db8::{number}", NOON) for number in range(3)]
    for number in range(20_000):
        limit.wait_seconds(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", NOON)

    mapped = [limit.wait_seconds(f"::ffff:192.0.2.{number}", NOON) for number in (1, 2, 3, 1, 1)]

    assert [bool(wait) for wait in waits] == [False, False, True]
    assert [bool(wait) for wait in mapped] == [False, False, False, False, True]
    assert limit.wait_seconds("not an address" * 100, NOON) == 0
    assert len(limit._seen) == 10_000


async def test_a_foreign_page_cannot_make_a_screen_forget_its_key(world: World) -> None:
    async with nothing_written(world):
        refused = await Device(world).post("/screen/pairings", headers={"sec-fetch-site": "cross-site"})

    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_who_scans_the_code_reads_what_to_do_and_learns_nothing_about_it(world: World) -> None:
    device, client = Device(world), world.client
    code = (await device.begin())["code"]

    real = await client.get(f"/screen/pair/{code}", headers={"accept-language": "en"})
    made_up = await client.get("/screen/pair/AAAAAA", params={"lang": "en"})
    chinese = await client.get(f"/screen/pair/{code.lower()}")

    assert real.text.replace(code, "AAAAAA").replace(f"{code[:3]} {code[3:]}", "AAA AAA") == made_up.text
    assert "choose Pair a screen" in real.text
    assert "选择“配对屏幕”" in chinese.text
    for wrong in ("AAAAA", "AAAAAAA", "AAAAA0", "%00", "<b>AAA", "码" * 6):
        assert (await client.get(f"/screen/pair/{wrong}")).status_code == 404, wrong


async def test_the_pages_run_nothing_but_their_own_files(world: World) -> None:
    page = await world.client.get("/screen/pair/AAAAAA")
    icon, style = [part.split('"')[0] for part in page.text.split('href="')[1:]]
    served = await world.client.get(style)
    script = await world.client.get(style.replace(".css", ".js"))
    old = await world.client.get("/screen/pairing/0000/pairing.js")

    assert icon == "data:,"  # or the browser asks for one, and tells its console that there is none
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert ("immutable" in served.headers["cache-control"], old.headers["cache-control"]) == (True, "no-cache")
    assert old.text == script.text
    for mark in ("innerHTML", "eval(", "=>", "let ", "const ", "`"):
        assert mark not in script.text, mark
    assert (await world.client.get("/screen/pairing/0000/pairing.html")).status_code == 404


async def test_no_log_holds_a_key_or_a_code(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # what the test's own client logs is not ours
        logging.getLogger(name).setLevel(logging.ERROR)
    wu, device = await world.sign_in("Wu"), Device(world)

    code = (await device.begin())["code"]
    await wu.run("PairScreen", input=asked(world, "AAAAAA"))
    await wu.run("PairScreen", input=asked(world, code))
    await device.state()
    captured = capsys.readouterr()

    said = caplog.text + captured.out + captured.err
    assert code not in said
    assert device.key not in said


async def test_a_code_that_is_taken_is_not_given_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pairing._code
    monkeypatch.setattr(
        pairing, "_code", lambda vault, key, at: "AAAAAA" if at.microsecond == 0 else made(vault, key, at)
    )

    first, second = await Device(world).begin(), await Device(world).begin()

    assert (first["code"], second["code"] != "AAAAAA") == ("AAAAAA", True)


async def test_two_tabs_of_one_screen_whose_code_ran_out_get_one_code(world: World) -> None:
    device = Device(world)
    await device.begin()
    world.clock.advance(timedelta(minutes=10))

    one, other = await asyncio.gather(device.begin(), device.begin())

    assert one["code"] == other["code"]
    async with world.parts.database.read() as session:
        assert len((await session.exec(select(ScreenPairing).where(col(ScreenPairing.screen_id).is_(None)))).all()) == 1
