"""Assemble the GraphQL schema from the slices: reading the class headers tells every area of the product."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.campaigns.api import CampaignsMutation, CampaignsViewer
from backend.campaigns.calendar_api import CalendarQuery
from backend.campaigns.office_api import CampaignsOfficeMutation, CampaignsOfficeQuery
from backend.checkins.api import CheckInsMutation, CheckInsViewer
from backend.checkins.kinds_api import CheckInsQuery
from backend.checkins.office_api import CheckInsOfficeMutation, CheckInsOfficeQuery
from backend.checkins.sites_api import SitesMutation, SitesQuery
from backend.core.api import FACES, SCALARS
from backend.custody.api import CustodyMutation, CustodyViewer
from backend.custody.office_api import CustodyQuery
from backend.custody.slips_api import SlipsQuery
from backend.custody.steps_api import CustodyStepsMutation
from backend.custody.weighing_api import WeighingMutation
from backend.identity.api import IdentityMutation, IdentityViewer
from backend.leaderboards.api import LeaderboardsViewer
from backend.media.api import MediaMutation
from backend.points.api import PointsViewer
from backend.reports.api import ReportsMutation, ReportsViewer
from backend.reports.office_api import ReportsOfficeMutation, ReportsQuery
from backend.review.api import ReviewMutation, ReviewViewer
from backend.review.office_api import ReviewOfficeMutation, ReviewOfficeQuery
from backend.screens.api import ScreensMutation, ScreensQuery
from backend.steps.api import StepsMutation, StepsViewer


@strawberry.type(description="The signed-in caller: everything here is about them alone.")
class Viewer(
    IdentityViewer,
    CampaignsViewer,
    CheckInsViewer,
    CustodyViewer,
    PointsViewer,
    LeaderboardsViewer,
    ReportsViewer,
    ReviewViewer,
    StepsViewer,
):
    pass


@strawberry.type(description="What can be asked.")
class Query(
    CampaignsOfficeQuery,
    CalendarQuery,
    CheckInsQuery,
    CheckInsOfficeQuery,
    CustodyQuery,
    ReportsQuery,
    ReviewOfficeQuery,
    SlipsQuery,
    SitesQuery,
    ScreensQuery,
):
    @strawberry.field(description="The signed-in caller.")
    async def viewer(self) -> Viewer:
        return Viewer()


@strawberry.type(description="What can be done.")
class Mutation(
    IdentityMutation,
    CampaignsMutation,
    CampaignsOfficeMutation,
    CheckInsMutation,
    CheckInsOfficeMutation,
    CustodyMutation,
    CustodyStepsMutation,
    WeighingMutation,
    SitesMutation,
    MediaMutation,
    ReportsMutation,
    ReportsOfficeMutation,
    ReviewMutation,
    ReviewOfficeMutation,
    ScreensMutation,
    StepsMutation,
):
    pass


@cache
def build() -> strawberry.Schema:
    """Build the schema, once for a process."""
    return strawberry.Schema(Query, Mutation, types=list(FACES.values()), config=StrawberryConfig(scalar_map=SCALARS))
