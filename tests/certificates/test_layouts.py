"""Certificates, posters and board pictures as they come out: whole, legible, read by scanners, nothing off or over."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from backend.certificates import (
    board_layout,
    board_picture,
    certificate_layout,
    colours,
    ornaments,
    poster_layout,
    wording,
)
from backend.certificates import certificate as certificates
from backend.certificates import poster as posters
from backend.certificates.certificate import Certificate
from backend.certificates.neutral import NeutralPaper
from backend.certificates.poster import Poster
from backend.core.text import LOCALES, Locale, Text
from backend.media.errors import GlyphMissing, TextTooLong
from backend.media.paper.page import A4, Page
from backend.media.paper.styles import WHITE, Box
from backend.rewards.neutrality import STATEMENT
from backend.rewards.neutrality import Certificate as Event
from demo.wechat_sandbox import codes as wechat_codes
from tests.certificates.proofs import (
    DIGEST,
    JOIN,
    LONG_GROUP,
    LONG_NAME,
    NAMES,
    THEMES,
    UYGHUR,
    VERIFY,
    Proof,
    board,
    certificate,
    poster,
)
from tests.media.paper.marks import photographed, scanned


def of_certificate(told: Certificate | NeutralPaper) -> Proof:
    """Return the lines of a certificate."""
    page = Proof(certificate_layout.ACROSS)
    certificate_layout.lay_out(page, told)
    return page


def of_poster(told: Poster, dpi: int = 60) -> Proof:
    """Return the lines of a poster."""
    page = Proof(A4, dpi)
    poster_layout.lay_out(page, told)
    return page


def of_board(told: board_picture.BoardPicture, size: str = "standard") -> Proof:
    """Return the lines of a board's picture."""
    page = Proof((108, board_layout.HEIGHTS[size]))
    board_layout.lay_out(page, told, size)
    return page


def opened(content: bytes) -> Image.Image:
    """Return a picture as it was drawn."""
    return Image.open(io.BytesIO(content)).convert("RGB")


# Certificates.


@pytest.mark.parametrize("locale", LOCALES)
def test_every_name_stands_whole_on_a_certificate(locale: Locale) -> None:
    assert [len(LONG_NAME), len(LONG_GROUP), len(UYGHUR)] == [100, 40, 35]
    for name in NAMES:
        proof = of_certificate(certificate(locale, name=name))
        assert proof.faults(margin=18, least_points=7) == [], name
        assert name.replace(" ", "") in proof.said.replace(" ", ""), name


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_of_everything_finds_its_place_on_a_certificate(locale: Locale) -> None:
    most = {"acts": 9_999_999, "points": 9_007_199_254, "carbon_mg": 9_007_199_254_740, "participants": 999_999}
    group = {"level": "institution", "name": LONG_NAME, "unit": LONG_NAME, "rank": 112, "measure": "carbon_per_head"}

    proof = of_certificate(certificate(locale, "grain-day", **most, **group, campaign="某" * 60, issuer=LONG_NAME))

    assert proof.faults(margin=18, least_points=6) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", ["某", "W"])
def test_the_longest_of_everything_finds_its_place_on_the_certificate_of_an_event(locale: Locale, letter: str) -> None:
    name, needed = (letter * 80)[: 40 if locale == "zh-CN" else 80], {"needed": "1000000 kg"}
    told = Event(
        number="E2026-000001",
        digest=DIGEST,
        title=Text(name, name),
        institution=LONG_NAME,
        held_on=date(2026, 12, 31),
        filled_at=datetime(2026, 12, 31, 12, tzinfo=UTC),
        carbon_mg=1_000_000_000_000,
        source=letter * 200,
        donations=123_456,
        donors=12_345,
        statement=Text(STATEMENT.zh.format(**needed), STATEMENT.en.format(**needed)),
    )

    proof = of_certificate(NeutralPaper(locale, told, VERIFY))

    assert proof.faults(margin=18, least_points=6) == []
    assert letter * 100 in proof.said


def test_a_certificate_says_what_was_done_what_it_quotes_and_calls_the_estimate_an_estimate() -> None:
    person = of_certificate(certificate()).said
    group = of_certificate(
        certificate(level="department", name="财务处", participants=28, rank=3, measure="carbon")
    ).said
    plain = of_certificate(certificate(level="institution", name="滨河区档案馆", unit=None, participants=28)).said
    english = of_certificate(certificate("en", level="department", rank=2, measure="points_per_head")).said

    for words in (
        *("参与证书", "林小满", "滨河区档案馆", "自愿参加“节能宣传周”（2026年6月15日至6月21日），", "23 次", "345 分"),
        *("12.3 kg CO2e", "估算减排量", "2026-000012", "ABCD EFGH JKLM NPQR", "9F3A 12BC 77D0 41E8", "2026年7月10日"),
        *("不作为考核依据", "可随时撤回", "海河市滨河区机关事务服务中心"),
    ):
        assert words in person, words
    assert DIGEST not in person
    for words in ("集体荣誉证书", "按估算减排总量位列第 3 名", "28 人"):
        assert words in group, words
    assert "集体参与证书" in plain
    for words in ("Certificate of Honour", "came 2nd by points a head", "Estimated carbon avoided"):
        assert words in english, words
    for told in (person, group, plain):
        assert "核证" not in told
    assert "certified reduction" not in english


def test_the_code_of_a_certificate_is_read_from_paper_and_from_a_photo_of_it() -> None:
    drawn = certificates.draw(certificate(), "pdf")

    document = pypdfium2.PdfDocument(drawn)
    assert (len(document), [round(side) for side in document[0].get_size()]) == (1, [842, 595])
    assert document.get_metadata_dict()["Title"] == "参与证书 · 节能宣传周"
    page = document[0].render(scale=3).to_pil()
    assert scanned(page) == [VERIFY]
    assert scanned(photographed(page, width=1700)) == [VERIFY]
    assert len(drawn) < 900_000


def test_what_cannot_be_printed_is_refused_rather_than_printed_as_a_box() -> None:
    for told in (certificate(name="小满🌱"), certificate(issuer="某局📎")):
        with pytest.raises(GlyphMissing):
            certificates.draw(told, "png")


# Posters.


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_every_theme_has_a_poster_in_both_languages(theme: str) -> None:
    for locale in LOCALES:
        told = poster(locale, theme)
        proof = of_poster(told)
        said = proof.said.replace(" ", "")

        assert proof.faults(margin=4, least_points=7) == []
        for words in (told.title, told.slogan, told.days, *told.how, told.privacy, posters.VOLUNTARY.in_(locale)):
            assert words.replace(" ", "") in said, words


def test_the_longest_of_everything_finds_its_place_on_a_poster() -> None:
    steps = ("某" * 100,) * 3
    told = poster(
        title="某" * 60, slogan="某" * 60, institution=LONG_NAME, how=steps, privacy="某" * 200, contact="某" * 40
    )

    assert of_poster(told).faults(margin=4, least_points=6) == []
    with pytest.raises(TextTooLong):
        of_poster(replace(told, how=("某" * 400,) * 3))


def test_the_code_of_a_poster_as_large_as_a3_is_read_from_paper_and_from_a_photo_of_it() -> None:
    page = pypdfium2.PdfDocument(posters.draw(poster(), "pdf", "a3"))[0]

    assert [round(side) for side in page.get_size()] == [842, 1191]
    seen = page.render(scale=1.5).to_pil()
    assert scanned(seen) == [JOIN]
    assert scanned(photographed(seen)) == [JOIN]


def test_a_mini_program_code_takes_the_place_of_the_plain_one() -> None:
    picture = wechat_codes.picture({"scene": "c=cmp_1", "page": "pages/scan/scan", "width": 1280})
    told = poster(mini_code=picture)

    proof, plain = of_poster(told, 100), of_poster(replace(told, mini_code=b"<html>"), 100)

    assert scanned(opened(proof.png())) == ["pages/scan/scan?scene=c%3Dcmp_1"]
    assert "微信扫一扫参加" in proof.said
    assert scanned(opened(plain.png())) == [JOIN]
    assert "微信" not in plain.said


# Boards.


@pytest.mark.parametrize("size", ["standard", "tall"])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_board_of_any_length_has_every_line_in_its_place(locale: Locale, size: str) -> None:
    for lines in (0, 3, 20):
        told = board(locale, lines)
        proof = of_board(told, size)
        said = proof.said.replace(" ", "")

        assert proof.faults(margin=1, least_points=5) == [], lines
        for row in told.rows[:10]:
            assert row.name.replace(" ", "") in said
            assert row.label.replace(" ", "") in said
        assert ("10" in [line for line, *_ in proof.set]) is (lines >= 10)


def test_a_board_says_as_of_when_and_how_far_it_stands() -> None:
    shown = {state: of_board(board(state=state, lines=2)).said for state in board_picture.STATES}
    sealed = of_board(board(state="sealed", sealed_at=board().as_of, digest=DIGEST)).said
    empty = of_board(board(lines=0)).said
    frozen = of_board(board(lines=2, frozen_at=board().as_of)).said
    corrected = of_board(board(lines=2, rows=[replace(row, correction=-5) for row in board(lines=2).rows])).said

    assert ("榜单已冻结" in frozen, "实时" in frozen) == (True, False)
    assert ("封存后有过更正" in corrected, "封存后有过更正" in sealed) == (True, False)
    assert "实时·未定榜" in shown["running"].replace(" ", "")
    assert "公示中·可提异议" in shown["provisional"].replace(" ", "")
    for told in shown.values():
        for words in (
            "数据截至 2026年7月10日 12:00",
            "并列同一名次",
            "不足 5 人",
            "自愿参加",
            "估算减排量 987.7 kg CO2e",
        ):
            assert words in told, words
    assert "封存于 2026年7月10日 12:00，摘要 9F3A12BC77D0" in sealed
    assert ("暂无可以展示的名次" in empty, "不足 5 人" in empty) == (True, True)


def test_a_board_s_picture_fits_a_phone_and_its_code_is_read() -> None:
    drawn = board_picture.draw(board(), "tall")

    assert opened(drawn).size == (1080, 1920)
    assert Page((108, board_layout.HEIGHTS["standard"]), board_layout.DPI).pixels(Box(0, 0, 108, 144)) == (1080, 1440)
    assert scanned(opened(drawn)) == [JOIN]
    sent = io.BytesIO()
    opened(drawn).resize((720, 1280)).save(sent, "JPEG", quality=60)  # as a chat passes it on
    assert scanned(Image.open(sent)) == [JOIN]
    assert len(drawn) < 500_000


# What they share.


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_a_theme_s_colours_are_dark_enough_for_text(theme: str) -> None:
    palette = colours.of(THEMES[theme].art.cover)

    assert colours.contrast(palette.deep, WHITE) >= 7
    assert colours.contrast(palette.deep, palette.light) >= 4.5
    assert colours.contrast(palette.strong, WHITE) >= 4.5
    assert colours.contrast((28, 30, 29), palette.light) >= 7


def test_art_that_cannot_be_drawn_leaves_plain_colours() -> None:
    art = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630"><circle r="9" filter="url(#f)"/></svg>'
    page = Page((40, 20), 100)

    ornaments.cover(page, art, Box(0, 0, 40, 20), colours.of(art))

    assert colours.of(art) == colours.PLAIN
    assert opened(page.png()).getpixel((80, 40)) == colours.PLAIN.strong


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        ((2026, 6, 15), (2026, 6, 15), "2026年6月15日", "15 June 2026"),
        ((2026, 6, 29), (2026, 7, 3), "2026年6月29日至7月3日", "29 June – 3 July 2026"),
        ((2026, 12, 28), (2027, 1, 3), "2026年12月28日至2027年1月3日", "28 December 2026 – 3 January 2027"),
    ],
)
def test_days_are_told_no_longer_than_needed(first: Any, last: Any, zh: str, en: str) -> None:
    told = [wording.days(date(*first), date(*last), locale) for locale in LOCALES]

    assert told == [zh, en]


def test_ranks_are_told_in_english() -> None:
    told = [wording.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]

    assert " ".join(told) == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th"
