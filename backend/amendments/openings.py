"""Say what is still to be decided of a campaign's points, beside which its result is not sealed."""

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from backend.amendments.tables import PROPOSED, Adjustment, Amendment, Objection
from backend.campaigns.tables import Campaign
from backend.core.db import ReadSession
from backend.core.text import Text

_WAITING: tuple[tuple[Any, Text], ...] = (
    (Amendment, Text("{count} 项规则调整待核准", "{count} changes of the rules wait for a second person")),
    (Adjustment, Text("{count} 项积分调整待核准", "{count} adjustments wait for a second person")),
    (Objection, Text("{count} 项撤销异议待答复", "{count} objections to what was undone wait for an answer")),
)


async def open_of(session: ReadSession, campaign: Campaign) -> list[Text]:
    """Return what waits to be decided, each as a sentence."""
    found = []
    for table, words in _WAITING:
        statement = select(func.count()).select_from(table)
        waiting = statement.where(col(table.campaign_id) == campaign.id, col(table.state) == PROPOSED)
        if count := (await session.exec(waiting)).one():
            found.append(Text(words.in_("zh-CN", count=count), words.in_("en", count=count)))
    return found
