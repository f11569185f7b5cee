"""The worker: wakes up, and does what every slice says is due.

APScheduler only ticks (in memory, coalescing); what is due and who does it is decided in the database, so
any number of workers may run, and one that was away catches up.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from backend.amendments.jobs import carry_on
from backend.amendments.openings import open_of
from backend.campaigns import message_sheet
from backend.campaigns.calendar import Calendar
from backend.campaigns.jobs import follow_the_calendar
from backend.checkins.jobs import forget_photos, prove_deletion
from backend.complaints.jobs import close_the_answered, forget_old_texts
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Unavailable
from backend.core.jobs import Job
from backend.core.vault import Vault
from backend.custody.jobs import release_bookings
from backend.draws.jobs import follow_the_seals
from backend.honours import jobs as honours
from backend.identity.jobs import forget_the_expired
from backend.leaderboards.jobs import follow_the_ledger
from backend.media import jobs as media
from backend.media import store
from backend.media.asking import Platform
from backend.messages import jobs as messages
from backend.messages.channels import WECOM_A_DAY_PER_ACCOUNT, Channel, WeChatChannel, WeComChannel
from backend.messages.dispatch import Dispatch
from backend.messages.hours import Hours
from backend.messages.templates import EMPLOYEE, LONG_TERM, ONE_TIME, WECOM
from backend.points.jobs import extend_the_chain
from backend.reminders import queries as reminders
from backend.reminders.jobs import remind
from backend.reminders.tables import KINDS as REMINDERS
from backend.reports.jobs import forget_case_photos
from backend.review.jobs import draw
from backend.rewards.jobs import expire_points, tell_of_expiry
from backend.screens.jobs import Listening, forget_old_traces, tell_of_silence
from backend.settings import Settings, clock_of
from backend.settlement.jobs import settle
from backend.settlement.waiting import Openings
from backend.steps.jobs import forget_old_steps
from backend.wechat import redaction
from backend.wechat.calls import Patience
from backend.wechat.client import HttpWeChat
from backend.wechat.jobs import forget_pushes
from backend.wechat.tokens import DatabaseTokenStore
from backend.wechat.wecom import HttpWeCom

log = structlog.get_logger()

CHAIN_SECONDS = 30.0
FORGET_SECONDS = 3600.0
SWEEP_SECONDS = 600.0
HONOUR_SECONDS = 5.0
ASK_SECONDS = 2.0  # a photo is looked at while its member still has the phone in hand


def jobs(settings: Settings, http: httpx.AsyncClient | None = None) -> tuple[Job, ...]:
    """Return every slice's scheduled work; `http` carries what is said to WeChat."""
    http = http or httpx.AsyncClient()
    platform, dispatch = _platform(settings, http), _dispatch(settings, http)
    photos = store.opened(settings)
    calendar_file = settings.campaigns_folder / "calendar.toml"
    calendar = Calendar.load(calendar_file)
    honour = partial(honours.follow_the_ledger, calendar, settings.suppression_threshold)
    return (
        Job("campaigns.follow_the_calendar", settings.tick_seconds, follow_the_calendar),
        Job("amendments.carry_on", settings.tick_seconds, carry_on),
        Job("leaderboards.follow_the_ledger", settings.projector_seconds, follow_the_ledger),
        Job("honours.follow_the_ledger", HONOUR_SECONDS, honour),
        Job("points.chain", CHAIN_SECONDS, extend_the_chain),
        Job("checkins.forget_photos", FORGET_SECONDS, partial(forget_photos, photos)),
        Job("checkins.prove_deletion", FORGET_SECONDS, partial(prove_deletion, photos)),
        Job("complaints.close_the_answered", FORGET_SECONDS, close_the_answered),
        Job("complaints.forget_old_texts", FORGET_SECONDS, forget_old_texts),
        Job("custody.release_bookings", FORGET_SECONDS, release_bookings),
        Job("reports.forget_case_photos", FORGET_SECONDS, forget_case_photos),
        Job("review.draw", settings.tick_seconds, draw),
        Job("settlement.settle", settings.tick_seconds, partial(settle, calendar_file, Openings((open_of,)))),
        Job("rewards.expire_points", FORGET_SECONDS, expire_points),
        Job("rewards.tell_of_expiry", FORGET_SECONDS, tell_of_expiry),
        Job("draws.follow_the_seals", settings.tick_seconds, partial(follow_the_seals, Vault(settings.secret_key))),
        Job("media.ask_the_platform", ASK_SECONDS, partial(media.ask_the_platform, platform)),
        Job("media.sweep", SWEEP_SECONDS, partial(media.sweep, photos)),
        Job("reminders.remind", settings.tick_seconds, partial(remind, calendar)),
        Job("screens.forget_old_traces", FORGET_SECONDS, forget_old_traces),
        Job("screens.tell_of_silence", SWEEP_SECONDS, partial(tell_of_silence, calendar, Listening())),
        Job("messages.send", settings.tick_seconds, partial(messages.send_messages, dispatch)),
        Job("messages.forget_the_old", FORGET_SECONDS, messages.forget_the_old),
        Job("identity.forget_the_expired", FORGET_SECONDS, forget_the_expired),
        Job("steps.forget_old_steps", FORGET_SECONDS, forget_old_steps),
        Job("wechat.forget_pushes", FORGET_SECONDS, forget_pushes),
    )


def _platform(settings: Settings, http: httpx.AsyncClient) -> Platform:
    vault, app_id, made = Vault(settings.secret_key), settings.wechat_app_id, dict[Database, HttpWeChat]()

    def connect(database: Database, clock: Clock) -> HttpWeChat:
        if database not in made:
            tokens = DatabaseTokenStore(database, vault, app_id)
            secret = settings.wechat_app_secret
            made[database] = HttpWeChat(http, settings.wechat_base_url, app_id, secret, tokens, clock)
        return made[database]

    return Platform(connect, vault, app_id, settings.public_base_url if settings.platform_sees_photos else "")


def _dispatch(settings: Settings, http: httpx.AsyncClient) -> Dispatch:
    vault, app_id, made = Vault(settings.secret_key), settings.wechat_app_id, dict[Database, dict[str, Channel]]()
    # An answer that got lost may have been a success: the outbox asks again later, the call does not.
    once = Patience(tries=1, read_seconds=10.0, budget_seconds=25.0)

    def connect(database: Database, clock: Clock) -> dict[str, Channel]:
        if database not in made:
            made[database] = {}
            tokens = DatabaseTokenStore(database, vault, app_id)
            secret = settings.wechat_app_secret
            wechat = HttpWeChat(http, settings.wechat_base_url, app_id, secret, tokens, clock, once)
            if app_id:
                version = settings.wechat_code_version
                made[database] |= {key: WeChatChannel(key, wechat, version) for key in (EMPLOYEE, LONG_TERM, ONE_TIME)}
            if settings.wecom_corp_id:
                tokens = DatabaseTokenStore(database, vault, f"wecom/{settings.wecom_corp_id}")
                corp, secret = settings.wecom_corp_id, settings.wecom_secret
                wecom = HttpWeCom(http, settings.wecom_base_url, corp, secret, app_id, tokens, clock, once)
                made[database][WECOM] = WeComChannel(wecom)
        return made[database]

    return Dispatch(
        connect,
        message_sheet.load(settings.campaigns_folder),
        Hours.parse(settings.message_hours),
        vault,
        app_id,
        wecom_a_day=settings.wecom_accounts * WECOM_A_DAY_PER_ACCOUNT or None,
        checks=dict.fromkeys(REMINDERS, reminders.still_due),
    )


def safely(job: Job, database: Database, clock: Clock) -> Callable[[], Awaitable[None]]:
    """Return the tick of a job; a failure is logged and the next tick tries again."""

    async def tick() -> None:
        try:
            done = await job.tick(database, clock)
        except Unavailable as fault:
            log.warning("unavailable", job=job.name, fault=str(fault), cause=type(fault.__cause__).__name__)
        except Exception:
            log.exception("job failed", job=job.name)
        else:
            if done and job.name.startswith(("campaigns.", "settlement.")):
                log.info("done", job=job.name, units=done)

    return tick


def schedule(due: tuple[Job, ...], database: Database, clock: Clock) -> AsyncIOScheduler:
    """Return a scheduler that ticks every job, never two of one job at once."""
    # A tick that finds the last one still at work is skipped on purpose: that is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
    for job in due:
        scheduler.add_job(
            safely(job, database, clock),
            "interval",
            seconds=job.every_seconds,
            id=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


async def run(settings: Settings) -> None:
    """Work until told to stop; what is overdue is done before the first tick."""
    database, clock = Database(settings.database_url, settings.pool_size, settings.busy_seconds), clock_of(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    redaction.install()
    async with httpx.AsyncClient() as http:
        due = jobs(settings, http)
        for job in due:
            await safely(job, database, clock)()
        scheduler = schedule(due, database, clock)
        scheduler.start()
        log.info("worker started", jobs=len(due))
        await stopping.wait()
        scheduler.shutdown()
    await database.close()
