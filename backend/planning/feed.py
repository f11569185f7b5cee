"""An institution's campaigns as an iCalendar file (RFC 5545): all-day events, which calendars subscribe to.

Nobody is named in it, and no reason that somebody wrote: whoever has the address can read it.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import icalendar

from backend.campaigns import words
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, PAUSED
from backend.core.text import Locale, Text
from backend.identity.tables import Institution

NAME = Text("{institution} 节能降碳活动", "Conservation campaigns of {institution}")
VOLUNTARY = Text("自愿参加。", "Taking part is voluntary.")
MARKED = Text("〔{state}〕{title}", "[{state}] {title}")
SINCE = timedelta(days=400)  # of what is over, a year and a bit stays for comparison
ASK_EVERY = timedelta(hours=6)


@dataclass(frozen=True)
class Listed:
    """A campaign, whose it is, and when an organiser changed it last."""

    running: Running
    owner: Institution
    changed_at: datetime


def written(place: Institution, listed: Iterable[Listed], locale: Locale) -> bytes:
    """Write the calendar; the same campaigns give the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Tanhui//campaigns//" + ("ZH" if locale == "zh-CN" else "EN"))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = NAME.in_(locale, institution=place.name)
    for key in ("name", "x-wr-calname"):
        calendar.add(key, name)
    calendar.add("refresh-interval", ASK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for one in listed:
        calendar.add_component(_event(one, locale))
    return bytes(calendar.to_ical())


def _event(listed: Listed, locale: Locale) -> icalendar.Event:
    campaign, copy = listed.running.campaign, listed.running.rules.theme.copy_in(locale)
    event = icalendar.Event()
    event.add("uid", uid(listed))
    event.add("dtstamp", listed.changed_at)
    event.add("last-modified", listed.changed_at)
    event.add("created", campaign.created_at)
    event.add("sequence", campaign.edition)
    event.add("dtstart", campaign.starts_on)
    event.add("dtend", campaign.ends_on + timedelta(days=1))  # the first day after it, says the standard
    event.add("summary", _marked(copy.title, campaign.state, locale))
    event.add("description", f"{copy.summary}\n{VOLUNTARY.in_(locale)}")
    event.add("location", listed.owner.name)
    event.add("status", "CANCELLED" if campaign.state == CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    event.add("class", "PUBLIC")
    return event


def uid(listed: Listed) -> str:
    """Name a campaign for good, the same in every calendar that has it and in no other installation."""
    made = f"{listed.owner.credit_code}/{listed.running.id}/{listed.running.campaign.created_at.isoformat()}"
    return f"{uuid.uuid5(uuid.NAMESPACE_URL, 'tanhui:' + made)}@tanhui"


def _marked(title: str, state: str, locale: Locale) -> str:
    if state not in (PAUSED, CANCELLED):
        return title
    return MARKED.in_(locale, state=words.STATES[state].in_(locale), title=title)
