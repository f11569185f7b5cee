"""What a kind of check-in is: its details, slots, hours, and carbon method.

A kind is one module in `kinds/` that defines `KIND`; nothing else has to change. The theme decides what an
act is worth in points; the kind decides what it is worth in carbon, because campaigns never multiply carbon.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from backend.checkins.proof import Proof
from backend.core.text import Text

# A self-declared act is credited by half, as Wuhan's platform does (Hubei Daily, 2022: a bus trip 52 g
# self-declared, 105 g proved); anything a second pair of eyes or a system saw is credited in full.
EVIDENCE_PERCENT = {
    Proof.SELF_DECLARED: 50,
    Proof.PHOTO: 100,
    Proof.STATION: 100,
    Proof.CODE: 100,
    Proof.CONFIRMED: 100,
    Proof.SYSTEM: 100,
}
# Where only a scale can tell (weighed material), a declared weight avoids nothing.
WEIGHED_PERCENT = EVIDENCE_PERCENT | {Proof.SELF_DECLARED: 0, Proof.PHOTO: 0, Proof.STATION: 0, Proof.CODE: 0}


class Details(BaseModel):
    """What a member says of an act; a kind's own fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


D = TypeVar("D", bound=Details)


@dataclass(frozen=True)
class Window:
    """Hours of the day in which an act of a slot may have been done, from `opens` up to, not including, `shuts`."""

    slot: str
    title: Text
    opens: time
    shuts: time

    def holds(self, moment: time) -> bool:
        """Tell whether a time of day lies inside."""
        return self.opens <= moment < self.shuts


@dataclass(frozen=True)
class Quantity:
    """How much an act was, in its unit."""

    amount: Decimal
    unit: str


ONE_ACT = Quantity(Decimal(1), "act")


@dataclass(frozen=True)
class CarbonMethod:
    """Which factor counts an act's avoided carbon, over which quantity, and what each proof is worth."""

    factor_key: str
    quantity: Quantity
    evidence_percent: dict[Proof, int]


class Kind(Generic[D]):
    """A kind of check-in. The defaults are those of an act without hours, amount or carbon."""

    key: ClassVar[str]
    title: ClassVar[Text]
    carbon_note: ClassVar[Text]  # how carbon is counted, or why it is not
    windows: ClassVar[tuple[Window, ...]] = ()
    factor_keys: ClassVar[tuple[str, ...]] = ()
    fed: ClassVar[bool] = False  # only a system's feed reports it, a day's amount that may grow; nobody declares it
    yields_to: ClassVar[tuple[str, ...]] = ()  # the act classes that count instead of it on the same day
    # Whether a code that is limited to a slot says which act it was, whenever it was scanned: a lecture that goes on
    # past noon is one act.
    code_tells_slot: ClassVar[bool] = False

    def __init__(self, details: type[D]) -> None:
        self.details = details

    @property
    def act_class(self) -> str:
        """What makes two acts the same kind of act across campaigns."""
        return self.key

    def slot(self, details: D, acted_at: datetime) -> str | None:
        """Return which of the day's acts this is (`acted_at` in campaign time); None outside the kind's hours.

        It must not depend on what has been reported before: the same act, reported again, in another campaign
        or with a stronger proof, has the same slot. Most kinds allow one act a day.
        """
        del details, acted_at
        return "day"

    def code_slots(self) -> dict[str, Text]:
        """Return the slots to which a code on site may be limited, with their titles: none but hours of the day."""
        return {
            window.slot: Text(
                *(f"{title} {window.opens:%H:%M}–{window.shuts:%H:%M}" for title in (window.title.zh, window.title.en))
            )
            for window in self.windows
        }

    def quantity(self, details: D) -> Quantity:
        """Return how much the act was; points by unit and bounds are counted over it."""
        del details
        return ONE_ACT

    def carbon(self, details: D) -> CarbonMethod | None:
        """Return how the act's carbon is counted, or None where no honest factor exists."""
        del details
        return None

    def personal(self, details: D) -> bool:
        """Tell whether the act is the member's own; what a unit owns never earns personal points."""
        del details
        return True


@cache
def all_kinds() -> dict[str, Kind[Details]]:
    """Return every kind by its key: each module of `kinds/` brings one."""
    from backend.checkins import kinds  # noqa: PLC0415 - the package's modules import this one

    found = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        kind = importlib.import_module(f"{kinds.__name__}.{module.name}").KIND
        assert kind.key == module.name, f"kinds/{module.name}.py calls itself {kind.key}"
        found[kind.key] = kind
    return found


@cache
def yielding_to(act_class: str) -> frozenset[str]:
    """Return the act classes that give way to an act of this class on the same day."""
    return frozenset(kind.act_class for kind in all_kinds().values() if act_class in kind.yields_to)
