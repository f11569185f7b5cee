"""Import what WeCom calls the members of an institution: a CSV of staff numbers and user ids, from WeCom's own export.

Nobody is matched by name: a wrong match would tell one person's points to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.core.db import WriteSession
from backend.core.errors import Problem
from backend.core.vault import Vault
from backend.identity import office, queries
from backend.identity.roster import delimited
from backend.identity.roster.problems import RosterUnreadable
from backend.messages import addresses

STAFF_NUMBER: Final = ("工号", "staff_number")
USER_ID: Final = ("账号", "userid")  # the first as WeCom's export heads it
_LONGEST: Final = 64  # bytes of a user id, as WeCom says


class WeComListUnreadable(Problem):
    """The file is no list of staff numbers and WeCom user ids."""

    zh = "无法读取名单：{reason}"
    en = "The list cannot be read: {reason}"


@dataclass(frozen=True)
class Imported:
    """How many members were listed, and which staff numbers nobody has."""

    listed: int
    unknown: tuple[str, ...]


def read(content: bytes) -> list[tuple[str, str]]:
    """Return the pairs of staff number and user id of a CSV file, in any form that a roster may have as CSV.

    Raises WeComListUnreadable.
    """
    try:
        text, _ = delimited.decoded(content)
        sign = delimited.delimiter(text, lambda cut: len(_columns(cut[0][1])))
        rows = [cells for _, cells in delimited.records(text, sign)]
    except RosterUnreadable as problem:
        raise WeComListUnreadable(reason=problem.fields["reason"]) from problem
    found = _columns(rows[0]) if rows else {}
    number, user = found.get(STAFF_NUMBER), found.get(USER_ID)
    if number is None or user is None:
        raise WeComListUnreadable(reason=f"{STAFF_NUMBER[0]} / {USER_ID[0]} (userid)")
    pairs = [(row[number].strip(), row[user].strip()) for row in rows[1:] if len(row) > max(number, user)]
    pairs = [(staff, name) for staff, name in pairs if staff and name]
    _check(pairs)
    return pairs


def _columns(head: Sequence[object]) -> dict[tuple[str, str], int]:
    """Return at which index the columns stand that we want, as far as they are there."""
    heads = [str(cell).strip().lower() for cell in head]
    return {names: heads.index(name) for names in (STAFF_NUMBER, USER_ID) for name in names if name in heads}


def _check(pairs: Sequence[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for staff, name in pairs:
        if len(name.encode()) > _LONGEST or "|" in name or not name.isprintable():
            raise WeComListUnreadable(reason=f"{staff}: userid")
        if seen.setdefault(name.lower(), staff) != staff:
            raise WeComListUnreadable(reason=f"{staff} = {seen[name.lower()]}: {name}")


async def apply(
    session: WriteSession, vault: Vault, credit_code: str, pairs: Sequence[tuple[str, str]], now: datetime
) -> Imported:
    """List members of the institution with that code by their WeCom user ids; staff numbers of nobody are told."""
    place = (await office.institution(session, credit_code)).id or 0
    unknown = []
    for staff, name in pairs:
        member_id = await queries.member_by_staff_number(session, place, staff)
        if member_id is None:
            unknown.append(staff)
        else:
            await addresses.list_wecom_user(session, vault, member_id, name, now)
    return Imported(len(pairs) - len(unknown), tuple(unknown))
