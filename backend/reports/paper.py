"""The pages of a report: what they say. `layout` draws them."""

from dataclasses import dataclass

from backend.reports.content import Content


@dataclass(frozen=True)
class Case:
    """A case as it is told: with its member's consent, under the name that they chose, if any."""

    title: str
    text: str
    by: str
    photo: bytes | None


@dataclass(frozen=True)
class Paper:
    """A report to print."""

    content: Content
    cases: tuple[Case, ...] = ()


def draw(paper: Paper) -> bytes:
    """Return the report as PDF; for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.reports import layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return layout.drawn(paper)
