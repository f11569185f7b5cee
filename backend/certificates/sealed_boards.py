"""A board as it was sealed, by the rules of live ones: whoever has left since is not on it."""

from backend.campaigns.queries import Running
from backend.certificates import standings
from backend.core.db import ReadSession
from backend.core.text import Locale
from backend.leaderboards import boards, queries
from backend.leaderboards.boards import Board, Row
from backend.leaderboards.queries import Scope
from backend.settlement.tables import Seal


async def make(
    session: ReadSession, scope: Scope, campaign: Running, seal: Seal, *, locale: Locale, threshold: int
) -> Board:
    """Make the board of a whole sealed campaign."""
    everybody = await standings.totals(session, scope.campaign_id, scope.level, scope.institution_id)
    order = standings.ranked(everybody, scope.measure, threshold)
    theme = campaign.rules.theme
    top = order[: queries.shown_lines(scope.level, len(order), theme.boards.top, threshold)]
    title = getattr(theme.copy_in(locale).boards, f"title_{scope.level}") or campaign.rules.title.in_(locale)
    return Board(
        campaign_id=scope.campaign_id,
        title=title,
        level=scope.level,
        period=scope.period,
        measure=scope.measure,
        rows=tuple(
            Row(one.rank, one.name, one.value, boards.label(one.value, scope.measure, locale), one.participants)
            for one in top
        ),
        participants=sum(total.participants for total in everybody),
        points=sum(total.points for total in everybody),
        carbon_mg=sum(total.carbon_mg for total in everybody),
        ties=boards.TIES.in_(locale),
        hidden=boards.HIDDEN.in_(locale, threshold=threshold) if len(order) < len(everybody) else None,
        version=0,
        as_of=seal.sealed_at,
        starts_on=campaign.campaign.starts_on,
        ends_on=campaign.campaign.ends_on,
        state=campaign.campaign.state,
    )
