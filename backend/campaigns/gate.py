"""Whether a campaign takes acts just now, and one that was done at some instant: else the problem that says why."""

from datetime import datetime

from backend.campaigns import words
from backend.campaigns.errors import (
    CampaignCalledOff,
    CampaignClosed,
    CampaignNotOpen,
    CampaignPaused,
    DoneDuringPause,
)
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, PAUSED, RUNNING, SCHEDULED
from backend.core.errors import Problem


def refusal(running: Running) -> Problem | None:
    """Return why a campaign takes nothing just now, or None while it runs."""
    campaign, title = running.campaign, running.rules.title
    reason = campaign.state_reason or words.NO_REASON
    if campaign.state == RUNNING:
        return None
    if campaign.state == SCHEDULED:
        return CampaignNotOpen(campaign=title, opens_at=campaign.opens_at)
    if campaign.state == PAUSED:
        return CampaignPaused(campaign=title, reason=reason)
    if campaign.state == CANCELLED:
        return CampaignCalledOff(campaign=title, reason=reason)
    return CampaignClosed(campaign=title, closed_at=campaign.closes_at)


def refuse_pause(running: Running, began_at: datetime, ended_at: datetime) -> None:
    """Raise DoneDuringPause for what was done from one instant to another, if the campaign was on hold all the time."""
    for pause in running.pauses if running.campaign.pauses else ():
        if pause.ended_at is not None and pause.holds(began_at) and ended_at <= pause.ended_at:
            title = running.rules.title
            raise DoneDuringPause(campaign=title, paused_at=pause.began_at, resumed_at=pause.ended_at)
