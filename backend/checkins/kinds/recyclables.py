"""Recyclables (可回收物) by material and weight; carbon only for what a station has weighed.

Factors are differences of UK 2025 production factors (primary minus closed loop, per kilogram), because no
Chinese factor by weight was found; textiles use what Luzhou's platform credits. Each carries its caveat to
the member.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from backend.checkins.kind import WEIGHED_PERCENT, CarbonMethod, Details, Kind, Quantity
from backend.core.text import Text


class Material(StrEnum):
    """What was handed in (GB/T 19095-2019: paper, plastics, metal, glass, textiles)."""

    PAPER = "paper"
    BOARD = "board"
    PLASTIC = "plastic"
    PET = "pet"
    ALUMINIUM = "aluminium"
    STEEL = "steel"
    GLASS = "glass"
    TEXTILE = "textile"


FACTORS = {
    Material.PAPER: "recycle.uk2025.mixed_paper",
    Material.BOARD: "recycle.uk2025.board",
    Material.PLASTIC: "recycle.uk2025.plastic_avg",
    Material.PET: "recycle.uk2025.pet",
    Material.ALUMINIUM: "recycle.uk2025.aluminium",
    Material.STEEL: "recycle.uk2025.steel",
    Material.GLASS: "recycle.uk2025.glass",
    Material.TEXTILE: "recycle.luzhou2024.clothes",
}


class RecyclablesDetails(Details):
    """Material and weight in kilograms, to the gram."""

    material: Material
    kilograms: Decimal = Field(gt=0, le=200, decimal_places=3)


class Recyclables(Kind[RecyclablesDetails]):
    """Each material counts once a day."""

    key = "recyclables"
    title = Text("可回收物交投", "Recyclables handed in")
    carbon_note = Text(
        "按回收站称重计算；自报重量只计积分。",
        "By the weight that the station took; a declared weight earns points only.",
    )
    factor_keys = tuple(FACTORS.values())

    def slot(self, details: RecyclablesDetails, acted_at: datetime) -> str:
        """Return the material."""
        del acted_at
        return details.material

    def quantity(self, details: RecyclablesDetails) -> Quantity:
        """Return the weight."""
        return Quantity(details.kilograms, "kg")

    def carbon(self, details: RecyclablesDetails) -> CarbonMethod:
        """Count weight by the material's factor, once weighed."""
        return CarbonMethod(FACTORS[details.material], self.quantity(details), WEIGHED_PERCENT)


KIND = Recyclables(RecyclablesDetails)
