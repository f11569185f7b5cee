"""Import every slice's tables, so that the metadata is complete for migrations and tests."""

from sqlmodel import SQLModel

from backend.campaigns import tables as campaigns
from backend.checkins import tables as checkins
from backend.core import jobs
from backend.custody import tables as custody
from backend.identity import tables as identity
from backend.leaderboards import tables as leaderboards
from backend.media import tables as media
from backend.media.prints import tables as prints
from backend.messages import tables as messages
from backend.points import tables as points
from backend.reports import tables as reports
from backend.review import tables as review
from backend.screens import tables as screens
from backend.settlement import tables as settlement
from backend.sites import tables as sites
from backend.steps import tables as steps
from backend.wechat import tables as wechat

METADATA = SQLModel.metadata
SLICES = (
    campaigns,
    checkins,
    jobs,
    custody,
    identity,
    leaderboards,
    media,
    messages,
    points,
    prints,
    reports,
    review,
    screens,
    settlement,
    sites,
    steps,
    wechat,
)
