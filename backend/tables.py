"""Import every slice's tables, so that the metadata is complete for migrations and tests."""

from sqlmodel import SQLModel

from backend.amendments import tables as amendments
from backend.campaigns import tables as campaigns
from backend.certificates import tables as certificates
from backend.checkins import tables as checkins
from backend.complaints import tables as complaints
from backend.core import jobs
from backend.custody import tables as custody
from backend.draws import tables as draws
from backend.honours import tables as honours
from backend.identity import tables as identity
from backend.leaderboards import tables as leaderboards
from backend.meals import tables as meals
from backend.media import tables as media
from backend.media.prints import tables as prints
from backend.messages import tables as messages
from backend.planning import tables as planning
from backend.points import tables as points
from backend.reminders import tables as reminders
from backend.reports import tables as reports
from backend.review import tables as review
from backend.rewards import tables as rewards
from backend.screens import tables as screens
from backend.settlement import tables as settlement
from backend.sites import tables as sites
from backend.steps import tables as steps
from backend.wechat import tables as wechat

METADATA = SQLModel.metadata
SLICES = (
    amendments,
    campaigns,
    certificates,
    checkins,
    complaints,
    jobs,
    custody,
    honours,
    draws,
    identity,
    leaderboards,
    meals,
    media,
    messages,
    planning,
    points,
    prints,
    reminders,
    reports,
    review,
    rewards,
    screens,
    settlement,
    sites,
    steps,
    wechat,
)
