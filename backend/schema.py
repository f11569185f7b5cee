"""Assemble the GraphQL schema from the slices: reading the class headers tells every area of the product."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.campaigns.api import CampaignsMutation, CampaignsViewer
from backend.campaigns.calendar_api import CalendarQuery
from backend.campaigns.office_api import CampaignsOfficeMutation, CampaignsOfficeQuery
from backend.certificates.api import CertificatesMutation, CertificatesViewer
from backend.certificates.office_api import CertificatesOfficeMutation, CertificatesOfficeQuery
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
from backend.review.api import ReviewMutation, ReviewViewer
from backend.review.office_api import ReviewOfficeMutation, ReviewOfficeQuery
from backend.screens.api import ScreensMutation, ScreensQuery
from backend.steps.api import StepsMutation, StepsViewer


@strawberry.type(description="The signed-in caller: everything here is about them alone.")
class Viewer(
    IdentityViewer,
    CampaignsViewer,
    CertificatesViewer,
    CheckInsViewer,
    CustodyViewer,
    PointsViewer,
    LeaderboardsViewer,
    ReviewViewer,
    StepsViewer,
):
    pass


@strawberry.type(description="What can be asked.")
class Query(
    CampaignsOfficeQuery,
    CalendarQuery,
    CertificatesOfficeQuery,
    CheckInsQuery,
    CheckInsOfficeQuery,
    CustodyQuery,
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
    CertificatesMutation,
    CertificatesOfficeMutation,
    CheckInsMutation,
    CheckInsOfficeMutation,
    CustodyMutation,
    CustodyStepsMutation,
    WeighingMutation,
    SitesMutation,
    MediaMutation,
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
