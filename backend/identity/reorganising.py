"""Follow what happens to offices: an institution comes under another body, departments become one.

Nothing of the past is rewritten. Every act has its department and institution written on it, so scores and boards stay
as they were; what a campaign covers, and whom a role reaches, follows the tree as it is now.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, literal
from sqlmodel import col, select, update

from backend.core.db import WriteSession
from backend.core.errors import InvalidValue, NotFound
from backend.core.text import Text
from backend.identity import tree
from backend.identity.tables import Department, Institution, Membership

_DAY_BEFORE = timedelta(days=1)


async def move_institution(session: WriteSession, moved: Institution, above: Institution) -> str:
    """Put an institution, with everything below it, under another body from now on; return its new path.

    Raises LevelMisplaced for a place that its level cannot have: so nothing can come to stand below itself. Moving it
    to where it stands changes nothing.
    """
    # Both rows and all paths are read under the lock: two moves at once follow one another.
    await session.exec(select(Institution.id).order_by(col(Institution.id)).with_for_update(key_share=True))
    for row in (moved, above):
        await session.refresh(row)
    tree.check_place(moved.level, above)
    before, after = moved.path, f"{above.path}{moved.id}/"
    await session.exec(
        update(Institution)
        .where(col(Institution.path).startswith(before))
        .values(path=literal(after) + func.substr(Institution.path, len(before) + 1))
        .execution_options(synchronize_session=False)
    )
    await session.exec(update(Institution).where(col(Institution.id) == moved.id).values(parent_id=above.id))
    await session.refresh(moved)
    return moved.path


async def merge_departments(
    session: WriteSession, merged: Sequence[Department], into: Department, day: date, today: date
) -> int:
    """Let the people of some departments belong to another one of their institution from a day on; return how many.

    What they did before stays with the departments as they were, which therefore remain, with their last head counts.
    Where every department has one, that of the department which takes the people is their sum. Raises InvalidValue for
    a day that has passed: its acts are counted already.
    """
    if day < today:
        reason = Text(
            "不能早于今天，此前的打卡已计入原部门", "it lies in the past, whose acts count for the old departments"
        )
        raise InvalidValue(field="on", reason=reason)
    for one in merged:
        if one.institution_id != into.institution_id or one.id == into.id:
            raise NotFound(what=one.name)
    numbers = [one.id or 0 for one in merged]
    await _add_head_counts(session, numbers, into, day)
    found = await session.exec(
        select(Membership)
        .where(
            col(Membership.department_id).in_(numbers),
            col(Membership.ends_on).is_(None) | (col(Membership.ends_on) >= day),
        )
        .order_by(col(Membership.id))
        .with_for_update()
    )
    stints = found.all()
    for stint in stints:
        await _carry_over(session, stint, into.id or 0, day)
    return len({stint.member_id for stint in stints})


async def _carry_over(session: WriteSession, stint: Membership, department_id: int, day: date) -> None:
    if stint.starts_on >= day:
        stint.department_id = department_id
        session.add(stint)
        return
    later = {**stint.model_dump(exclude={"id"}), "department_id": department_id, "starts_on": day}
    stint.ends_on = day - _DAY_BEFORE
    session.add(stint)
    await session.flush()  # one open membership at a time: the old one ends before the new one begins
    session.add(Membership(**later))
    await session.flush()


async def _add_head_counts(session: WriteSession, merged: Sequence[int], into: Department, day: date) -> None:
    counted = await tree.department_head_counts_on(session, [*merged, into.id or 0], day)
    if len(counted) == len(merged) + 1:
        await tree.set_head_count(session, into.institution_id, into.id, day, sum(counted.values()))
