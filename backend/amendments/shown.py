"""Changes of rules and what they would do, as GraphQL types."""

from datetime import date, datetime

import strawberry

from backend.amendments import proposals
from backend.amendments.figures import BoardMove as BoardMoveRow
from backend.amendments.figures import Figures as FiguresRow
from backend.amendments.tables import EXPIRED
from backend.amendments.tables import Amendment as AmendmentRow
from backend.amendments.words import told_changes
from backend.campaigns import api as campaigns_api
from backend.core import ids
from backend.core.api import Carbon, Context, Long, carbon
from backend.leaderboards.api import BoardLevel, BoardMeasure

AMENDMENT_ID = "amd"


@strawberry.type(description="A department or institution whose rank moves.")
class RankMove:
    name: str = strawberry.field(description="Its name.")
    before: int | None = strawberry.field(description="Its rank now; null: not among the first hundred.")
    after: int | None = strawberry.field(description="Its rank then; null: not among the first hundred.")


@strawberry.type(description="What moves on one board.")
class BoardMove:
    level: BoardLevel = strawberry.field(description="Who stands on it.")
    period: str = strawberry.field(description="campaign, an ISO week, or a campaign day.")
    measure: BoardMeasure = strawberry.field(description="What it counts.")
    institution: str | None = strawberry.field(description="Whose board it is; null: the campaign's own.")
    moved: int = strawberry.field(description="How many ranks of the first hundred move.")
    places_changed: int = strawberry.field(
        description="How many come to stand on a place that the theme gives a prize for, or, without prizes, shows."
    )
    ranks: list[RankMove] = strawberry.field(description="The groups that move; of persons, none is named.")


@strawberry.type(description="What a change of rules would do to what stands.")
class ChangeFigures:
    acts: int = strawberry.field(description="Acts that are worth something else.")
    transfers: int = strawberry.field(description="Offsets in the ledger.")
    members: int = strawberry.field(description="How many people they are of.")
    points_up: Long = strawberry.field(description="Points that are given more, all together.")
    points_down: Long = strawberry.field(description="Points that are given less, all together.")
    carbon_up: Carbon = strawberry.field(description="Avoided carbon more, all together.")
    carbon_down: Carbon = strawberry.field(description="Avoided carbon less, all together.")
    boards: list[BoardMove] = strawberry.field(description="The boards on which a rank moves.")


@strawberry.type(description="A change of a campaign's rules: proposed, agreed to, or ended otherwise.")
class Amendment:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    state: str = strawberry.field(description="proposed, agreed, declined, withdrawn or expired.")
    changes: list[str] = strawberry.field(description="What changes, one sentence for each number.")
    from_day: date = strawberry.field(description="The first campaign day on which the new rules hold.")
    restates: bool = strawberry.field(description="Whether what was recorded since that day is restated.")
    reason: str = strawberry.field(description="Why, for members to read.")
    figures: ChangeFigures = strawberry.field(description="What it would do, as of `figuredAt`.")
    basis: str = strawberry.field(description="Names these figures: who agrees says which ones they saw.")
    figured_at: datetime = strawberry.field(description="When the figures were computed.")
    proposed_by: str = strawberry.field(description="Who proposed it.")
    proposed_at: datetime = strawberry.field(description="When.")
    decided_by: str | None = strawberry.field(description="Who agreed, declined or took it back; null: nobody yet.")
    decided_at: datetime | None = strawberry.field(description="When; null: not yet.")
    note: str | None = strawberry.field(description="Why it was declined; null: it was not.")
    version: int | None = strawberry.field(description="The version of the rules that came of it; null: none.")
    carried_out: bool = strawberry.field(description="Whether it has reached everybody.")


def figures(row: FiguresRow) -> ChangeFigures:
    """Return figures as clients see them."""
    return ChangeFigures(
        acts=row.acts,
        transfers=row.transfers,
        members=row.members,
        points_up=Long(row.points_up),
        points_down=Long(row.points_down),
        carbon_up=carbon(row.carbon_mg_up),
        carbon_down=carbon(row.carbon_mg_down),
        boards=[_board(one) for one in row.boards],
    )


def _board(one: BoardMoveRow) -> BoardMove:
    return BoardMove(
        level=BoardLevel(one.level),
        period=one.period,
        measure=BoardMeasure(one.measure),
        institution=one.institution,
        moved=one.moved,
        places_changed=one.places_changed,
        ranks=[RankMove(name=line.name, before=line.before, after=line.after) for line in one.lines],
    )


def amendment(row: AmendmentRow, names: dict[int | None, str], context: Context) -> Amendment:
    """Return a change as those see it who may decide on it."""
    return Amendment(
        id=strawberry.ID(ids.encode(AMENDMENT_ID, row.id or 0)),
        campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, row.campaign_id)),
        state=EXPIRED if proposals.is_overdue(row, context.now) else row.state,
        changes=[context.say(one) for one in told_changes(row.told)],
        from_day=row.from_day,
        restates=row.restates,
        reason=row.reason,
        figures=figures(FiguresRow.from_json(row.figures)),
        basis=row.basis,
        figured_at=row.figured_at,
        proposed_by=names.get(row.proposed_by, ""),
        proposed_at=row.proposed_at,
        decided_by=names.get(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        note=row.note,
        version=row.version,
        carried_out=row.passes > 0,
    )
