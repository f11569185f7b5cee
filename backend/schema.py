"""Assemble the GraphQL schema from the slices: reading the class headers tells every area of the product."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from backend.amendments.adjustments_api import AdjustmentsMutation, AdjustmentsQuery
from backend.amendments.objections_api import ObjectionsMutation, ObjectionsQuery, ObjectionsViewer
from backend.amendments.office_api import AmendmentsMutation, AmendmentsQuery
from backend.campaigns.api import CampaignsMutation, CampaignsViewer
from backend.campaigns.calendar_api import CalendarQuery
from backend.campaigns.lifecycle_api import CampaignsLifecycleMutation
from backend.campaigns.office_api import CampaignsOfficeMutation, CampaignsOfficeQuery
from backend.certificates.api import CertificatesMutation, CertificatesViewer
from backend.certificates.neutral_api import NeutralPapersQuery
from backend.certificates.office_api import CertificatesOfficeMutation, CertificatesOfficeQuery
from backend.checkins.api import CheckInsMutation, CheckInsViewer
from backend.checkins.kinds_api import CheckInsQuery
from backend.checkins.office_api import CheckInsOfficeMutation, CheckInsOfficeQuery
from backend.checkins.sites_api import SitesMutation, SitesQuery
from backend.complaints.api import ComplaintsMutation, ComplaintsViewer
from backend.complaints.office_api import ComplaintsOfficeMutation, ComplaintsOfficeQuery
from backend.core.api import FACES, SCALARS
from backend.custody.api import CustodyMutation, CustodyViewer
from backend.custody.office_api import CustodyQuery
from backend.custody.slips_api import SlipsQuery
from backend.custody.steps_api import CustodyStepsMutation
from backend.custody.weighing_api import WeighingMutation
from backend.draws.api import DrawsMutation, DrawsQuery
from backend.draws.office_api import DrawsOfficeMutation
from backend.honours.api import HonoursMutation, HonoursViewer
from backend.identity.api import IdentityMutation, IdentityViewer
from backend.leaderboards.api import LeaderboardsViewer
from backend.meals.api import MealsMutation, MealsQuery
from backend.media.api import MediaMutation
from backend.messages.api import MessagesMutation, MessagesViewer
from backend.messages.office_api import MessagesOfficeQuery
from backend.planning.api import PlanningMutation, PlanningQuery
from backend.planning.dry_run_api import DryRunQuery
from backend.planning.feed_api import CalendarFeedMutation, CalendarFeedQuery
from backend.planning.opening_api import PlanningOpeningMutation
from backend.points.api import PointsViewer
from backend.reminders.api import RemindersMutation, RemindersViewer
from backend.reports.api import ReportsMutation, ReportsViewer
from backend.reports.office_api import ReportsOfficeMutation, ReportsQuery
from backend.review.api import ReviewMutation, ReviewViewer
from backend.review.office_api import ReviewOfficeMutation, ReviewOfficeQuery
from backend.rewards.api import RewardsMutation, RewardsViewer
from backend.rewards.events_api import EventsMutation, EventsQuery, EventsViewer
from backend.rewards.office_api import RewardsOfficeMutation, RewardsOfficeQuery
from backend.screens.api import ScreensMutation, ScreensQuery
from backend.screens.messages_api import ScreenMessagesMutation, ScreenMessagesQuery
from backend.screens.office_api import ScreensOfficeMutation, ScreensOfficeQuery
from backend.settlement.api import SettlementMutation, SettlementViewer
from backend.settlement.office_api import SettlementOfficeMutation, SettlementQuery
from backend.steps.api import StepsMutation, StepsViewer


@strawberry.type(description="The signed-in caller: everything here is about them alone.")
class Viewer(
    IdentityViewer,
    CampaignsViewer,
    CertificatesViewer,
    CheckInsViewer,
    ComplaintsViewer,
    CustodyViewer,
    HonoursViewer,
    PointsViewer,
    LeaderboardsViewer,
    ObjectionsViewer,
    MessagesViewer,
    RemindersViewer,
    ReportsViewer,
    ReviewViewer,
    SettlementViewer,
    RewardsViewer,
    EventsViewer,
    StepsViewer,
):
    pass


@strawberry.type(description="What can be asked.")
class Query(
    AmendmentsQuery,
    AdjustmentsQuery,
    ObjectionsQuery,
    CampaignsOfficeQuery,
    CalendarQuery,
    CertificatesOfficeQuery,
    NeutralPapersQuery,
    CheckInsQuery,
    CheckInsOfficeQuery,
    ComplaintsOfficeQuery,
    CustodyQuery,
    MealsQuery,
    PlanningQuery,
    DryRunQuery,
    CalendarFeedQuery,
    MessagesOfficeQuery,
    ReportsQuery,
    ReviewOfficeQuery,
    SettlementQuery,
    DrawsQuery,
    RewardsOfficeQuery,
    EventsQuery,
    SlipsQuery,
    SitesQuery,
    ScreensQuery,
    ScreensOfficeQuery,
    ScreenMessagesQuery,
):
    @strawberry.field(description="The signed-in caller.")
    async def viewer(self) -> Viewer:
        return Viewer()


@strawberry.type(description="What can be done.")
class Mutation(
    AmendmentsMutation,
    AdjustmentsMutation,
    ObjectionsMutation,
    IdentityMutation,
    CampaignsMutation,
    CampaignsOfficeMutation,
    CampaignsLifecycleMutation,
    CertificatesMutation,
    CertificatesOfficeMutation,
    CheckInsMutation,
    CheckInsOfficeMutation,
    ComplaintsMutation,
    ComplaintsOfficeMutation,
    CustodyMutation,
    CustodyStepsMutation,
    WeighingMutation,
    DrawsMutation,
    DrawsOfficeMutation,
    SitesMutation,
    HonoursMutation,
    MealsMutation,
    MediaMutation,
    PlanningMutation,
    PlanningOpeningMutation,
    CalendarFeedMutation,
    MessagesMutation,
    RemindersMutation,
    ReportsMutation,
    ReportsOfficeMutation,
    ReviewMutation,
    ReviewOfficeMutation,
    RewardsMutation,
    RewardsOfficeMutation,
    EventsMutation,
    ScreensMutation,
    ScreensOfficeMutation,
    ScreenMessagesMutation,
    SettlementMutation,
    SettlementOfficeMutation,
    StepsMutation,
):
    pass


@cache
def build() -> strawberry.Schema:
    """Build the schema, once for a process."""
    return strawberry.Schema(Query, Mutation, types=list(FACES.values()), config=StrawberryConfig(scalar_map=SCALARS))
