"""The printed slip: all devices, their trace codes as a scanner reads them, room for signatures, nobody's name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest

from backend.checkins.kinds.ewaste import Category
from backend.core.text import LOCALES, Locale
from backend.custody import slip, slip_layout, words
from backend.custody.slip import Row, Slip
from backend.media.errors import GlyphMissing
from backend.media.paper.page import Page
from backend.media.paper.styles import Box, Style
from tests.api.asking import failed, nothing_written
from tests.cast import Person, World
from tests.custody.drive import Drive, begin, hire_recycler, moved
from tests.media.paper.marks import WEIGHTS, characters, scanned

AT = datetime(2026, 6, 15, 4, tzinfo=UTC)
LONG_NAME = "海河市滨河区机关事务服务中心（滨河区公共机构节能管理办公室）" * 3 + "某某某某某某某某某某"


def slip_of(count: int, locale: Locale = "zh-CN", **more: Any) -> Slip:
    """Return a slip of so many devices of every category, each as long as it can be."""
    categories, methods = list(Category), list(words.METHODS.values())
    rows = tuple(
        Row(
            seal_code=f"TJ-{number:06d}",
            category=slip.APART.in_(locale, category=words.CATEGORIES[categories[number % 8]].in_(locale)),
            owner=f"{words.OWNERS['unit'].in_(locale)} 津滨资处〔2026〕{number}号",
            data=slip.YES.in_(locale),
            weight="200000 g",
            erasure=methods[number % 5].in_(locale),
            check="0123ABCD",
        )
        for number in range(count)
    )
    told: dict[str, Any] = {"institution": "滨河区档案馆", "campaign": "废旧3C产品回收进机关", "printed_at": AT}
    return Slip(locale=locale, rows=rows, **(told | more))


class Proof(Page):
    """A page that remembers its lines, and where they end."""

    def __init__(self) -> None:
        super().__init__(dpi=100)
        self.set: list[tuple[str, str, float, float]] = []

    def _line(self, line: str, box: Box, top: float, style: Style) -> None:
        super()._line(line, box, top, style)
        self.set.append((line, style.weight, top + style.line_mm, style.points))


def proof_of(told: Slip) -> Proof:
    """Return the first page of a slip, with its lines."""
    page = Proof()
    slip_layout.lay_out(page, told, told.rows[:20], 0, (1, 1))
    return page


@pytest.mark.parametrize("locale", LOCALES)
def test_a_slip_says_everything_in_characters_that_the_fonts_have(locale: Locale) -> None:
    lines = proof_of(slip_of(8, locale)).set
    told = "\n".join(line for line, *_ in lines)

    assert [one for line, weight, *_ in lines for one in line if ord(one) not in characters(weight)] == []
    assert {weight for _, weight, *_ in lines} == set(WEIGHTS)
    for title in (slip.TITLE, *slip.SIGNATURES, *slip.FACTS, slip.NOTICES_TITLE):
        assert title.in_(locale) in told
    assert "2026-06-15 12:00" in told
    assert ("涉及国家秘密" if locale == "zh-CN" else "state secrets") in told.replace("\n", " ")
    assert max(bottom for _, _, bottom, _ in lines) <= 290
    assert min(points for *_, points in lines) >= 7


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_name_and_the_most_devices_find_their_place(locale: Locale) -> None:
    told = slip_of(100, locale, institution=LONG_NAME)

    pages = pypdfium2.PdfDocument(slip.draw(told))

    assert 5 <= len(pages) <= 10
    read = [scanned(page.render(scale=3).to_pil()) for page in pages]
    assert " ".join(code for codes in read for code in codes).split() == [row.seal_code for row in told.rows]
    assert pages.get_metadata_dict()["Title"] == f"{slip.TITLE.in_(locale)} · {LONG_NAME}"


def test_a_slip_of_devices_that_are_not_sealed_has_no_code_to_scan() -> None:
    told = slip_of(2)
    told = replace(told, rows=tuple(replace(row, seal_code=None) for row in told.rows))

    (page,) = pypdfium2.PdfDocument(slip.draw(told))

    assert scanned(page.render(scale=3).to_pil()) == []
    assert [line for line, *_ in proof_of(told).set].count("未封装") == 2


def test_what_cannot_be_printed_is_refused_rather_than_printed_as_a_box() -> None:
    with pytest.raises(GlyphMissing):
        slip.draw(slip_of(1, campaign="旧手机📱"))


async def printed(by: Person, devices: list[str], language: str = "ZH_CN") -> Any:
    """Ask for the slip of devices."""
    return await by.run("HandOverSlip", deviceIds=devices, language=language)


async def brought(drive: Drive) -> list[str]:
    """Bring a phone and a tablet as far as the scale."""
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    return [await drive.brought(lin, "weighed"), await drive.brought(zhou, "sealed", "tablet")]


@pytest.mark.parametrize("language", ["ZH_CN", "EN"])
async def test_a_slip_comes_by_a_link_that_ends_and_cannot_be_changed(world: World, language: str) -> None:
    drive = await begin(world)
    devices = await brought(drive)
    seals = [one["device"]["sealCode"] for one in (await drive.wu.run(
        "CustodyItems", institutionId=world.institution_id("A"), campaignId=drive.campaign))["items"]]  # fmt: skip

    link = (await printed(drive.recycler, devices, language))["path"]
    given = await world.client.get(link)
    forged = [
        link.replace("devices=1+2", "devices=1"),
        link.replace("lang=zh-CN", "lang=en") if language == "ZH_CN" else link.replace("lang=en", "lang=zh-CN"),
        link.replace("until=", "until=9"),
        "/custody/slip.pdf",
    ]
    answers = [(await world.client.get(one)).status_code for one in forged]
    world.clock.advance(timedelta(minutes=11))
    late = await world.client.get(link)

    assert (given.status_code, given.headers["content-type"]) == (200, "application/pdf")
    assert given.headers["cache-control"] == "private, no-store"
    (page,) = pypdfium2.PdfDocument(given.content)
    assert sorted(scanned(page.render(scale=3).to_pil())[0].split()) == sorted(seals)
    assert set(forged) & {link} == set()
    assert (answers, late.status_code) == ([404] * 4, 404)
    assert "林" not in str(parse_qs(urlsplit(link).query))


async def test_a_slip_is_for_devices_of_one_institution_that_were_handed_over_and_lie_within_reach(
    world: World,
) -> None:
    drive = await begin(world)
    devices = await brought(drive)
    at_b = moved(await drive.book(await drive.member("Chen")))
    waiting = moved(await drive.book(await drive.member("Lin"), "printer"))["deviceId"]
    moved(await drive.take(at_b["handOverCode"], by=drive.sun))
    lin = await world.sign_in("Lin")

    async def told(by: Person, named: list[str], zh: str, en: str) -> None:
        await failed(by, "HandOverSlip", "PROBLEM", zh=zh, en=en, deviceIds=named, language="ZH_CN")

    async with nothing_written(world):
        await told(drive.wu, [], "须为 1 至 100 件", "1 to 100 devices")
        await told(drive.wu, devices * 60, "须为 1 至 100 件", "1 to 100 devices")
        await told(drive.wu, [waiting], "须为同一单位已经交接的设备", "one institution")
        await told(drive.sun, [*devices, at_b["deviceId"]], "须为同一单位已经交接的设备", "one institution")
        for named in (at_b["deviceId"], "dev_7777", "nonsense", ""):
            await told(drive.wu, [named], "无权查看：设备", "not yours to see: device")
        refusal = {"zh": "没有进行此操作的权限", "en": "not allowed"}
        await failed(lin, "HandOverSlip", "FORBIDDEN", **refusal, deviceIds=devices, language="EN")
    assert (await printed(await hire_recycler(world, over="A"), devices))["path"]


async def test_an_asset_whose_number_cannot_be_printed_is_named(world: World) -> None:
    drive = await begin(world)
    registered = moved(await drive.register({"category": "printer", "approvalNumber": "资处📎18"}))
    moved(await drive.take(registered["handOverCode"], by=drive.recycler))

    asked = {"deviceIds": [registered["deviceId"]], "language": "ZH_CN"}
    await failed(drive.wu, "HandOverSlip", "PROBLEM", zh="无法印刷", en="cannot be printed", **asked)
