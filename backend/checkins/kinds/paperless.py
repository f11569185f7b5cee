"""Paperless work (无纸化办公): sheets that were not printed.

A sheet counts as one of recycled fibre, the lower of the two UK 2025 values (5.2 g, A4 at 80 g/m²), by the
rule of choosing the conservative one.
"""

from datetime import datetime
from decimal import Decimal

from pydantic import Field

from backend.checkins.kind import EVIDENCE_PERCENT, CarbonMethod, Details, Kind, Quantity
from backend.core.text import Text

FACTOR = "office.a4_sheet_uk_recycled"


class PaperlessDetails(Details):
    """How many A4 sheets were not printed."""

    sheets: int = Field(strict=True, ge=1, le=100)


class Paperless(Kind[PaperlessDetails]):
    """Once a day, with the day's sheets."""

    key = "paperless"
    title = Text("无纸化办公", "Paperless work")
    carbon_note = Text(
        "按每张再生纸 5.2 克估算，自行申报折半。", "5.2 g a sheet (recycled fibre); half if self-declared."
    )
    factor_keys = (FACTOR,)

    def slot(self, details: PaperlessDetails, acted_at: datetime) -> str:
        """Return the one slot of the day."""
        del details, acted_at
        return "day"

    def quantity(self, details: PaperlessDetails) -> Quantity:
        """Return the sheets."""
        return Quantity(Decimal(details.sheets), "sheet")

    def carbon(self, details: PaperlessDetails) -> CarbonMethod:
        """Count sheets by the recycled sheet's factor."""
        return CarbonMethod(FACTOR, self.quantity(details), EVIDENCE_PERCENT)


KIND = Paperless(PaperlessDetails)
