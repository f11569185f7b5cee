"""A playlist as an organiser writes it, as it is kept, and as screens follow it."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.screens import scene as scenes
from backend.screens.errors import PlaylistItemInvalid
from backend.screens.programme import MINUTES, MOST_ITEMS, SECONDS, Item
from backend.screens.scenes import ORDER
from backend.sites.tables import SiteCode

CODE = "code"  # the scene that shows a site's changing code
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)

COUNT = Text(f"须有 1 至 {MOST_ITEMS} 项", f"it has 1 to {MOST_ITEMS} items")
UNKNOWN = Text("没有这个画面，可用的有：{known}", "there is no such scene; there are: {known}")
LENGTH = Text(f"须为 {SECONDS[0]} 至 {SECONDS[1]} 秒", f"{SECONDS[0]} to {SECONDS[1]} seconds")
NO_TIME = Text("时间写作 07:30，自 00:00 至 23:59", "a time is written as in 07:30, 00:00 to 23:59")
BOTH = Text("开始和结束时间须同时填写", "begin and end go together")
WANTS_SITE = Text("须指定一个二维码变化的点位", "it needs a site whose code changes")
NO_SITE = Text("该画面不使用点位", "this scene shows no site")
FOREIGN_SITE = Text(
    "须为本单位仍有效、且二维码变化的点位", "it is no site of this institution that is good and whose code changes"
)

TWO_SITES = Text(
    "同一时段只能显示一个点位的码，请错开时间",
    "a screen shows one site's code at an hour: let them follow each other",
)


@dataclass(frozen=True)
class Wanted:
    """An item as it was written; `site_id` is None where none was named, and 0 where what was named is no site."""

    scene: str
    seconds: int
    begins: str | None
    ends: str | None
    site_id: int | None


def known_scenes() -> tuple[str, ...]:
    """Return the keys of the scenes that there are."""
    return tuple(scenes.all_scenes()) or ORDER


async def checked(session: ReadSession, wanted: Sequence[Wanted], institution_id: int, now: datetime) -> list[Item]:
    """Return a playlist that screens can follow; raises InvalidValue, PlaylistItemInvalid."""
    if not 1 <= len(wanted) <= MOST_ITEMS:
        raise InvalidValue(field="playlist", reason=COUNT)
    sites = await _sites(session, {one.site_id for one in wanted if one.site_id}, institution_id, now)
    items = [_item(number, one, sites) for number, one in enumerate(wanted, start=1)]
    _refuse_two_codes(items)
    return items


def _refuse_two_codes(items: Sequence[Item]) -> None:
    """Refuse two sites at one hour: a screen shows the code of one, whichever of its scenes is on."""
    shown = [(number, item) for number, item in enumerate(items, start=1) if item.scene == CODE]
    for (_, one), (number, other) in combinations(shown, 2):
        if one.site_id != other.site_id and any(one.holds(at) and other.holds(at) for at in range(MINUTES)):
            raise PlaylistItemInvalid(item=number, field="siteId", reason=TWO_SITES)


def _item(number: int, wanted: Wanted, sites: frozenset[int]) -> Item:
    def problem(field: str, reason: Text) -> PlaylistItemInvalid:
        return PlaylistItemInvalid(item=number, field=field, reason=reason)

    if wanted.scene not in (known := known_scenes()):
        raise problem("scene", UNKNOWN.told(known=", ".join(known)))
    if not SECONDS[0] <= wanted.seconds <= SECONDS[1]:
        raise problem("seconds", LENGTH)
    minutes = {}
    for field, text in (("begins", wanted.begins), ("ends", wanted.ends)):
        minutes[field] = _minute(text)
        if text is not None and minutes[field] is None:
            raise problem(field, NO_TIME)
    if (wanted.begins is None) is not (wanted.ends is None):
        raise problem("begins" if wanted.begins is None else "ends", BOTH)
    if wanted.scene != CODE and wanted.site_id is not None:
        raise problem("siteId", NO_SITE)
    if wanted.scene == CODE and wanted.site_id is None:
        raise problem("siteId", WANTS_SITE)
    if wanted.site_id is not None and wanted.site_id not in sites:
        raise problem("siteId", FOREIGN_SITE)
    return Item(wanted.scene, wanted.seconds, minutes["begins"], minutes["ends"], wanted.site_id)


async def _sites(session: ReadSession, named: set[int], institution_id: int, now: datetime) -> frozenset[int]:
    if not named:
        return frozenset()
    found = await session.exec(
        select(SiteCode.id).where(
            col(SiteCode.id).in_(named),
            col(SiteCode.institution_id) == institution_id,
            col(SiteCode.secret).is_not(None),
            col(SiteCode.revoked_at).is_(None),
            col(SiteCode.valid_until) > now,
        )
    )
    return frozenset(number for number in found if number is not None)


def _minute(text: str | None) -> int | None:
    found = _TIME.fullmatch(text or "")
    return int(found[1]) * 60 + int(found[2]) if found else None


def clock_time(minute: int | None) -> str | None:
    """Return a minute of the day as it is written: 450 is 07:30."""
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def written(items: Sequence[Item] | None) -> str | None:
    """Return a playlist as it is kept; None is the standing one."""
    return None if items is None else json.dumps([asdict(item) for item in items], separators=(",", ":"))


@lru_cache(maxsize=1024)
def read(kept: str | None) -> tuple[Item, ...] | None:
    """Return a playlist that was kept; None: the standing one."""
    return None if kept is None else tuple(Item(**item) for item in json.loads(kept))
