"""Judge one act: is it accepted, what does it earn, and if not, why not.

Nothing here reads or writes a database; everything known lies on the desk.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.campaigns import gate
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, CLOSED, PAUSED
from backend.campaigns.theme_sheet import KindRule
from backend.carbon.method import Calculation
from backend.checkins import details as details_of
from backend.checkins import errors, photos, worth
from backend.checkins.desk import CAMPAIGN_ID, Act, Counted, Desk
from backend.checkins.kind import Details, Kind, all_kinds, yielding_to
from backend.checkins.proof import Proof
from backend.checkins.requests import Item
from backend.core import clock, ids
from backend.core.errors import NotFound, Problem
from backend.core.text import Text
from backend.identity.errors import NotOnRoster
from backend.identity.queries import Place, place_on
from backend.points.explain import PointsTerms
from backend.sites import codes
from backend.sites.tables import SiteCode

CLOCK_TOLERANCE = timedelta(minutes=2)  # phones are seldom wrong by more, and a minute early harms nobody

FIRST_YEAR = 2000  # a phone that has lost its battery says 1970; the calendar's own limits are not far


@dataclass(frozen=True)
class Verdict:
    """An act that is accepted: what to write, which act it replaces, and which other acts end for it."""

    member_id: int
    campaign: Running
    place: Place
    kind: Kind[Details]
    details: Details
    act: Act
    proof: Proof
    site_code_id: int | None
    photo_id: int | None
    acted_at: datetime
    points: int
    points_terms: PointsTerms
    carbon: Calculation | None
    replaces: Counted | None
    displaces: tuple[Act, ...]

    @property
    def carbon_mg(self) -> int:
        """The avoided carbon in whole milligrams CO2e."""
        return self.carbon.carbon_mg if self.carbon else 0


def judge(item: Item, member_id: int, desk: Desk, now: datetime) -> Verdict:
    """Return what the act earns, or raise the problem that says why it is not accepted.

    1. Which campaign, and is the member in it? 2. Is it the right time? 3. Is the act described well?
    4. How strong is the proof? 5. Has it, or what excludes it, been counted? 6. Is there room under the caps?
    7. What is it worth?
    """
    campaign = _campaign(item, desk)
    day = _day(item, campaign, now)
    place = _belongs(campaign, member_id, day, desk)
    _in_time(item, campaign, day, now)
    rule, kind = _kind(item, campaign, day)
    details = details_of.read(kind, item.details)
    proof, site = _proof(item, campaign, desk, now)
    if item.photo is not None and proof.rank < Proof.PHOTO.rank:
        proof = Proof.PHOTO
    act = (member_id, kind.act_class, day, item.slot or _slot(item, campaign, kind, details, site))
    _alone(act, kind, desk)
    replaces = _weaker(act, proof, kind, desk)
    photo_id = photos.presented(item, member_id, desk, replaces)
    if replaces and replaces.campaign_id != campaign.id:
        # The stronger proof improves the act where it was first counted; it does not move it.
        campaign = desk.campaigns[replaces.campaign_id]
        rule, kind = _still_open(item, campaign, act, desk, now)
    displaces = desk.of_classes(member_id, day, yielding_to(kind.act_class))
    case = worth.Case(desk, campaign, rule, kind, details, act, proof, replaces, displaces)
    _within_caps(case)
    points, terms = worth.points(case)
    if replaces and proof is replaces.proof and points <= replaces.points:
        raise _already(act, desk)
    return Verdict(
        member_id=member_id,
        campaign=campaign,
        place=place,
        kind=kind,
        details=details,
        act=act,
        proof=proof,
        site_code_id=site.id if site else None,
        photo_id=photo_id,
        acted_at=item.acted_at,
        points=points,
        points_terms=terms,
        carbon=worth.carbon(case),
        replaces=replaces,
        displaces=displaces,
    )


def _campaign(item: Item, desk: Desk) -> Running:
    campaign = desk.campaigns.get(ids.decode(CAMPAIGN_ID, item.campaign))
    if campaign is None:
        raise NotFound(what=Text("活动", "campaign"))  # as for one that is elsewhere, see _belongs
    return campaign


NO_OFFSET = Text("须带时区，例如 2026-06-15T08:00:00+08:00", "it needs an offset, as in 2026-06-15T08:00:00+08:00")


def _day(item: Item, campaign: Running, now: datetime) -> date:
    if item.fed_on is not None:
        if item.fed_on > campaign.today(now):
            raise errors.ActInFuture(acted_at=item.acted_at)
        return item.fed_on
    if item.acted_at.tzinfo is None:
        raise errors.DetailInvalid(field="actedAt", reason=NO_OFFSET)
    if item.acted_at > now + CLOCK_TOLERANCE:
        raise errors.ActInFuture(acted_at=item.acted_at)
    if item.acted_at.year < FIRST_YEAR:
        shown = campaign.campaign
        raise errors.OutsideCampaignDays(
            campaign=campaign.rules.title, day=item.acted_at.date(), starts_on=shown.starts_on, ends_on=shown.ends_on
        )
    return clock.campaign_day(item.acted_at, campaign.campaign.time_zone, campaign.campaign.day_cut_hour)


def _belongs(campaign: Running, member_id: int, day: date, desk: Desk) -> Place:
    # One answer for a campaign elsewhere and for none at all: nobody learns what other institutions run.
    memberships = desk.places[member_id]
    if not any(place.institution_path.startswith(campaign.path) for place in memberships):
        raise NotFound(what=Text("活动", "campaign"))
    place = place_on(memberships, day)
    if place is None or not place.institution_path.startswith(campaign.path):
        raise NotOnRoster
    if (campaign.id, member_id) not in desk.joined:
        raise errors.NotJoined(campaign=campaign.rules.title)
    return place


def _in_time(item: Item, running: Running, day: date, now: datetime) -> None:
    campaign, title = running.campaign, running.rules.title
    refusal = gate.refusal(running)
    if refusal is not None and not (item.received and _is_under_review(running, now)):
        raise refusal
    if not campaign.starts_on <= day <= campaign.ends_on:
        raise errors.OutsideCampaignDays(
            campaign=title, day=day, starts_on=campaign.starts_on, ends_on=campaign.ends_on
        )
    if now >= running.late_until(day) and not item.witnessed:
        raise errors.TooLate(day=day, until=running.late_until(day))
    if item.fed_on is None:
        gate.refuse_pause(running, item.acted_at, item.acted_at)
    else:  # a day's steps have no hour: they count unless the whole day was a pause
        gate.refuse_pause(running, running.began_at(day), running.began_at(day + timedelta(days=1)))


def _is_under_review(running: Running, now: datetime) -> bool:
    # What was handed over while it ran is weighed also during a pause, and after it was closed or cancelled.
    return running.campaign.state in (PAUSED, CANCELLED, CLOSED) and now < running.campaign.review_ends_at


def _kind(item: Item, campaign: Running, day: date) -> tuple[KindRule, Kind[Details]]:
    rule, kind = campaign.rules_on(day).theme.kind_rule(item.kind), all_kinds().get(item.kind)
    if rule is None or kind is None:
        known = [all_kinds()[one.kind].title for one in campaign.rules_on(day).theme.kinds]
        listed = Text("、".join(title.zh for title in known), ", ".join(title.en for title in known))
        raise errors.KindNotInCampaign(campaign=campaign.rules.title, kind=item.kind[:40], known=listed)
    if kind.fed and item.fed_on is None:
        raise errors.OnlyFromFeed(kind=kind.title)
    return rule, kind


def _proof(item: Item, campaign: Running, desk: Desk, now: datetime) -> tuple[Proof, SiteCode | None]:
    if item.fed_on is not None:
        return Proof.SYSTEM, None
    if item.witnessed:
        return Proof.CONFIRMED, None
    if item.code is None:
        return Proof.SELF_DECLARED, None
    shown = codes.presented(item.code)
    site = desk.codes.get(shown.code) if shown else None
    if (
        shown is None
        or site is None
        or site.code.kind != item.kind
        or site.code.revoked_at is not None
        or not site.path.startswith(campaign.path)
        or not site.code.valid_from <= item.acted_at < site.code.valid_until
    ):
        raise errors.CodeNotValid
    if site.code.secret is None:
        if shown.step is not None:
            raise errors.CodeNotValid
        return Proof.STATION, site.code
    if not codes.is_genuine(shown, site.code.secret):
        raise errors.CodeNotValid
    if not codes.is_timely(shown, now):
        raise errors.CodeExpired
    if not codes.agrees(shown, item.acted_at, now):
        raise errors.PhoneClockWrong
    return Proof.CODE, site.code


def _slot(item: Item, campaign: Running, kind: Kind[Details], details: Details, site: SiteCode | None) -> str:
    if site and site.slot and kind.code_tells_slot:
        return site.slot
    local = item.acted_at.astimezone(clock.zone(campaign.campaign.time_zone))
    slot = kind.slot(details, local)
    if slot is None:
        raise errors.OutsideWindow(windows=_hours(kind), opens_at=_next_window(kind, local))
    if site and site.slot not in (None, slot):
        raise errors.CodeNotValid
    return slot


def _hours(kind: Kind[Details]) -> Text:
    spans = [(window.title, f"{window.opens:%H:%M}–{window.shuts:%H:%M}") for window in kind.windows]
    return Text(
        "、".join(f"{title.zh} {span}" for title, span in spans),
        ", ".join(f"{title.en} {span}" for title, span in spans),
    )


def _next_window(kind: Kind[Details], local: datetime) -> datetime:
    for window in kind.windows:
        if local.time() < window.opens:
            return local.replace(hour=window.opens.hour, minute=window.opens.minute, second=0, microsecond=0)
    first = kind.windows[0].opens
    return (local + timedelta(days=1)).replace(hour=first.hour, minute=first.minute, second=0, microsecond=0)


def _alone(act: Act, kind: Kind[Details], desk: Desk) -> None:
    member_id, _, day, _ = act
    for other in desk.of_classes(member_id, day, kind.yields_to):
        raise errors.OtherActCounts(day=day, other=all_kinds()[desk.acts[other].kind].title, kind=kind.title)


def _weaker(act: Act, proof: Proof, kind: Kind[Details], desk: Desk) -> Counted | None:
    counted = desk.acts.get(act)
    if counted is not None and proof.rank <= counted.proof.rank and not kind.fed:
        raise _already(act, desk)
    return counted


def _already(act: Act, desk: Desk) -> errors.AlreadyCheckedIn:
    counted = desk.acts[act]
    where = desk.campaigns[counted.campaign_id].rules.title
    return errors.AlreadyCheckedIn(campaign=where, recorded_at=counted.recorded_at, check_in=counted.check_in_id)


def _still_open(item: Item, campaign: Running, act: Act, desk: Desk, now: datetime) -> tuple[KindRule, Kind[Details]]:
    """Return the rule by which a stronger proof counts where the act stands, if that campaign still takes it."""
    member_id, _, day, _ = act
    try:
        _belongs(campaign, member_id, day, desk)
        _in_time(item, campaign, day, now)
        _proof(item, campaign, desk, now)
    except Problem:
        raise _already(act, desk) from None
    return _kind(item, campaign, day)


def _within_caps(case: worth.Case) -> None:
    rule, title = case.rule, case.kind.title
    if sum(one.kind == rule.kind for one in case.others_today()) >= rule.per_day:
        raise errors.CapReached(kind=title, limit=rule.per_day, next=_next_day(case.campaign, case.day))
    if rule.per_campaign is None or case.replaces:
        return
    member_id, desk, campaign_id = case.act[0], case.desk, case.campaign.id
    here = sum(
        counted.kind == rule.kind and counted.campaign_id == campaign_id
        for counted in desk.of_member(member_id).values()
    )
    if here + desk.earlier.get((member_id, campaign_id, rule.kind), 0) >= rule.per_campaign:
        over = Text("本次活动中不再计分。", "it does not open again in this campaign.")
        raise errors.CapReached(kind=title, limit=rule.per_campaign, next=over)


def _next_day(running: Running, day: date) -> Text:
    tomorrow = day + timedelta(days=1)
    if tomorrow > running.campaign.ends_on:
        return Text("今天是活动最后一天。", "this was the campaign's last day.")
    opens = clock.day_starts_at(tomorrow, running.campaign.time_zone, running.campaign.day_cut_hour)
    shown = opens.astimezone(clock.zone(running.campaign.time_zone)).strftime("%Y-%m-%d %H:%M")
    return Text(f"{shown} 起可再次打卡。", f"it opens again at {shown} (Beijing time).")
