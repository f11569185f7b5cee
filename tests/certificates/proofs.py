"""Papers of this slice as tests draw them: what they say, and pages that remember their lines."""

from datetime import UTC, date, datetime
from typing import Any

from backend.campaigns import themes
from backend.certificates.board_picture import BoardPicture
from backend.certificates.certificate import Certificate
from backend.certificates.poster import Poster
from backend.core import paths
from backend.core.text import Locale
from backend.leaderboards.boards import HIDDEN, TIES, Row
from backend.media.paper import fonts
from backend.media.paper.page import Page
from backend.media.paper.styles import MM_PER_POINT, Box, Style
from tests.media.paper.marks import characters

THEMES = themes.load_all(paths.folder("campaigns"))
LONG_NAME = "海河市滨河区机关事务服务中心（滨河区公共机构节能管理办公室）" * 3 + "某某某某某某某某某某"
# Forty characters, with ones that small fonts do not have, marks of both widths and a dot.
LONG_GROUP = "喆堃翀赟䶮㛃行政中心(综合办公楼)·食堂“节能低碳”工作专班领导小组联络办公室1"
UYGHUR = "阿卜杜热合曼·阿卜杜克里木·买买提吐尔逊·努尔麦麦提·喀迪尔艾合买提江"
NAMES = (
    "龚䶮",
    "㛃堃",
    "林**",
    "欧阳翀赟",
    UYGHUR,
    "Maximiliane Alexandra von Hohenstein-Wittgenstein",
    "低碳小满 No.1",
)
AT = datetime(2026, 7, 10, 4, tzinfo=UTC)
DIGEST = "9f3a12bc77d041e8" * 4
CODE = "ABCDEFGHJKLMNPQR"
VERIFY = f"https://tanhui.haihe.example.gov.cn/verify/{CODE}"
_MEASURED_AT = 200  # pixels
JOIN = "https://tanhui.haihe.example.gov.cn/join/cmp_1-0123456789ab"


def certificate(locale: Locale = "zh-CN", theme: str = "energy-week", **more: Any) -> Certificate:
    """Return Lin's certificate."""
    told: dict[str, Any] = {
        "locale": locale,
        "level": "person",
        "name": "林小满",
        "unit": "滨河区档案馆",
        "campaign": THEMES[theme].copy_in(locale).title,
        "starts_on": date(2026, 6, 15),
        "ends_on": date(2026, 6, 21),
        "acts": 23,
        "points": 345,
        "carbon_mg": 12_345_678,
        "participants": 1,
        "issuer": "海河市滨河区机关事务服务中心",
        "made_at": AT,
        "sealed_at": AT,
        "number": "2026-000012",
        "code": CODE,
        "address": VERIFY,
        "digest": DIGEST,
        "art": THEMES[theme].art.cover,
    }
    return Certificate(**(told | more))


def poster(locale: Locale = "zh-CN", theme: str = "energy-week", **more: Any) -> Poster:
    """Return the poster of a theme."""
    copy = THEMES[theme].copy_in(locale)
    told: dict[str, Any] = {
        "locale": locale,
        "title": copy.title,
        "slogan": THEMES[theme].slogan_in(2026).in_(locale),
        "institution": "海河市滨河区机关事务服务中心",
        "starts_on": date(2026, 6, 15),
        "ends_on": date(2026, 6, 21),
        "how": copy.how,
        "privacy": copy.privacy,
        "address": JOIN,
        "art": THEMES[theme].art.cover,
    }
    return Poster(**(told | more))


def board(locale: Locale = "zh-CN", lines: int = 10, **more: Any) -> BoardPicture:
    """Return a board of so many lines, of which the first two are equal."""
    names = [LONG_GROUP, "Haihe International School of Science", *NAMES, "财务处"]
    unit = "分/人" if locale == "zh-CN" else "points a head"
    rows = tuple(
        Row(
            1 if place < 2 else place + 1,
            names[place % len(names)],
            value,
            f"{value // 100}.{value % 100:02d} {unit}",
            30,
        )
        for place, value in enumerate(12_345 - 1_000 * max(1, line) for line in range(lines))
    )
    told: dict[str, Any] = {
        "locale": locale,
        "campaign": THEMES["energy-week"].copy_in(locale).title,
        "title": THEMES["energy-week"].copy_in(locale).boards.title_institution,
        "institution": "滨河区档案馆",
        "period": "campaign",
        "measure": "points_per_head",
        "starts_on": date(2026, 6, 15),
        "ends_on": date(2026, 6, 21),
        "state": "running",
        "rows": rows,
        "participants": 1234,
        "points": 45678,
        "carbon_mg": 987_654_321,
        "as_of": AT,
        "ties": TIES.in_(locale),
        "hidden": HIDDEN.in_(locale, threshold=5),
        "address": JOIN,
        "art": THEMES["energy-week"].art.cover,
    }
    return BoardPicture(**(told | more))


class Proof(Page):
    """A page that sets no type but remembers its lines: text, weight, points, and where they stand.

    Lengths are measured at one size, since opening a font for each takes longer than all the rest.
    """

    def __init__(self, size_mm: tuple[float, float], dpi: int = 60) -> None:
        super().__init__(size_mm, dpi)
        self.set: list[tuple[str, str, float, Box]] = []

    def length(self, text: str, style: Style) -> float:
        """Return how wide a line of text is, in millimetres."""
        font = fonts.opened(style.weight, _MEASURED_AT)
        em = style.points * MM_PER_POINT
        return font.getlength(text) / _MEASURED_AT * em + len(text) * style.tracking * em

    def _line(self, line: str, box: Box, top: float, style: Style) -> None:
        width = self.length(line, style)
        left = box.x + {"left": 0, "centre": (box.width - width) / 2, "right": box.width - width}[style.side]
        self.set.append((line, style.weight, style.points, Box(left, top, width, style.line_mm)))

    @property
    def said(self) -> str:
        """Everything that it says."""
        return "".join(line for line, *_ in self.set)

    def faults(self, margin: float, least_points: float) -> list[str]:
        """Name what is wrong with a page: lines off it, too small or over each other, characters without a glyph."""
        lines = [f"{one}: no glyph for {letter!r}" for one, weight, *_ in self.set for letter in one
                 if ord(letter) not in characters(weight)]  # fmt: skip
        inner = self.box.inside(margin)
        for number, (one, _, points, box) in enumerate(self.set):
            if box.x < inner.x - 0.6 or box.right > inner.right + 0.6 or box.y < inner.y or box.bottom > inner.bottom:
                lines.append(f"{one}: off the page")
            if points < least_points:
                lines.append(f"{one}: {points} points")
            lines += [f"{one}: over {two}" for two, _, _, other in self.set[:number] if _overlap(box, other)]
        return lines


def _overlap(one: Box, two: Box) -> bool:
    across = one.x + 0.3 < two.right and two.x + 0.3 < one.right
    return across and one.y + 0.6 < two.bottom and two.y + 0.6 < one.bottom
