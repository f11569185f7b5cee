"""The ids by which somebody may ask: those of what A has, and those of nothing."""

from dataclasses import dataclass
from typing import Any

from backend.core import ids

NOTHING = 10**12


@dataclass(frozen=True)
class Named:
    """The ids by which somebody may ask."""

    campaign: str
    check_in: str
    entry: str
    reversal: str
    institution: str
    request: str
    screen: str
    on_screen: str
    code: str
    case: str
    site: str
    device: str
    hand_over: str
    seal: str
    complaint: str
    reward: str
    redemption: str
    pick_up: str
    event: str
    draw: str
    amendment: str
    adjustment: str
    objection: str
    story: str
    message: str
    sealed: str
    result_objection: str
    certificate: str
    department: str
    at: str


MISSING = Named(
    campaign=ids.encode("cmp", NOTHING),
    check_in=ids.encode("chk", NOTHING),
    entry="",
    reversal="",
    institution=ids.encode("ins", NOTHING),
    request="never-sent-by-anybody",
    screen="",
    on_screen=ids.encode("smg", NOTHING),
    code="22222222",
    case=ids.encode("rvw", NOTHING),
    site=ids.encode("sit", NOTHING),
    device=ids.encode("dev", NOTHING),
    hand_over="22222222",
    seal="2222222222",
    complaint=ids.encode("cpl", NOTHING),
    reward=ids.encode("rwd", NOTHING),
    redemption=ids.encode("rdm", NOTHING),
    pick_up="22222222",
    event=ids.encode("evt", NOTHING),
    draw=ids.encode("drw", NOTHING),
    amendment=ids.encode("amd", NOTHING),
    adjustment=ids.encode("adj", NOTHING),
    objection=ids.encode("obj", NOTHING),
    story=ids.encode("cas", NOTHING),
    message=ids.encode("msg", NOTHING),
    sealed=ids.encode("cmp", NOTHING),
    result_objection=ids.encode("rob", NOTHING),
    certificate=ids.encode("crt", NOTHING),
    department=ids.encode("dep", NOTHING),
    at="2026-06-15T04:00:00+00:00",
)


def given(**values: Any) -> dict[str, Any]:
    """Return what a mutation takes."""
    return {"input": values}
