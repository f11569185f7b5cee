"""Name the periods of a board: the whole campaign, an ISO week, a campaign day."""

from datetime import date

CAMPAIGN = "campaign"


def week_of(day: date) -> str:
    """Return the ISO week of a campaign day, as in 2026-W25."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def of_day(day: date) -> tuple[str, str, str]:
    """Return the periods that a campaign day belongs to."""
    return CAMPAIGN, week_of(day), day.isoformat()


def named(kind: str, today: date) -> str:
    """Return the current period of a kind: campaign, week or day."""
    return {"campaign": CAMPAIGN, "week": week_of(today), "day": today.isoformat()}[kind]
