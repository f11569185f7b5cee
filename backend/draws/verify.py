"""Check draws: what tickets cost against the ledger, seeds against commitments, winners against the rule.

Each finding is one line for the operator and names the first row that is wrong.
"""

import json

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.draws import queries, rule
from backend.draws.tables import DRAWN, Draw
from backend.points.accounts import AccountKind
from backend.rewards import verify as rewards
from backend.settlement.tables import Seal

_CHECKS = (
    (
        rewards.row_in_ledger(
            "ticket_purchase",
            "tickets",
            amount="points",
            owner="draw_id",
            kind=AccountKind.TICKETS,
            taken_back="ticket_purchase.returned_at IS NOT NULL",
        ),
        "tickets {}: the ledger says otherwise",
    ),
    (rewards.transfer_without_row("ticket_purchase", "tickets"), "transfer {}: no tickets were bought by it"),
)


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong with draws, empty when nothing is."""
    found = await rewards.first_of(session, _CHECKS)
    for draw in await session.exec(select(Draw).where(col(Draw.state) == DRAWN).order_by(col(Draw.id))):
        seal = await session.get(Seal, draw.campaign_id)
        if seal is None or seal.digest != draw.seal_digest:
            found.append(f"draw {draw.id}: its seal is not that of its campaign")
        record = await queries.record(session, draw, "")
        assert record is not None, "a draw that was made has its seed"
        wrong = rule.check(json.loads(record))
        found += [f"draw {draw.id}: {line}" for line in wrong[:1]]
    return found
