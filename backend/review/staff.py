"""Who may decide on whose act: never one's own, nor one's own department's where staff suffices."""

from collections.abc import Sequence
from dataclasses import dataclass

OTHERS_SUFFICE = 2  # one colleague may be ill, or be the one who refused


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide over an institution, and the department that they belong to today."""

    member_id: int
    department_id: int


def leaves_own_department(reviewer: Decider, staff: Sequence[Decider], *, without: int | None = None) -> bool:
    """Tell whether enough others, of other departments, reach the institution to look at this department's acts.

    `without` is somebody who may not decide here either: who refused what is appealed.
    """
    others = {
        one.member_id
        for one in staff
        if one.department_id != reviewer.department_id and one.member_id not in (reviewer.member_id, without)
    }
    return len(others) >= OTHERS_SUFFICE


def may_decide(
    reviewer: Decider,
    staff: Sequence[Decider],
    *,
    member_id: int,
    department_id: int,
    refused_by: int | None = None,
) -> bool:
    """Tell whether a reviewer may decide on an act of this member, done for this department.

    `refused_by` names who refused it, where the decision is on an appeal.
    """
    if reviewer.member_id in (member_id, refused_by):
        return False
    if department_id != reviewer.department_id:
        return True
    return not leaves_own_department(reviewer, staff, without=refused_by)
