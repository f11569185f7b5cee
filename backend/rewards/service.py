"""Redeem a reward, call a redemption off, hand it over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select, update

from backend.core import short_codes
from backend.core.db import ReadSession, WriteSession
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity.queries import Place
from backend.messages import service as messages
from backend.points.accounts import AccountKind
from backend.points.explain import SpendingTerms
from backend.rewards import errors, expiry, forms, lots, spending
from backend.rewards.tables import CANCELLED, HANDED_OVER, WAITING, Redemption, Reward, RewardCode

CANCEL_WITHIN = timedelta(hours=24)
PICK_UP_LENGTH = 8
_ENDED = {HANDED_OVER: Text("已领取", "was handed over"), CANCELLED: Text("已取消", "was cancelled")}
_BY_THEMSELVES = Text("本人取消", "you cancelled it")
_RETIRED, _NOT_YET, _NO_MORE = (
    Text("已下架", "it was taken out"),
    Text("尚未开始", "it has not begun"),
    Text("已结束", "it has ended"),
)


@dataclass(frozen=True)
class Redeemed:
    """A redemption with the code that was handed out, where there is one."""

    redemption: Redemption
    code: str | None


async def redeem(
    session: WriteSession, vault: Vault, place: Place, reward: Reward, *, points: int, now: datetime
) -> Redeemed:
    """Give a member one of a reward for the price that they saw; the caller holds the member's lock.

    1. May they have it? 2. Take one from the stock, by a condition in the database: of many who want the last one, one
    gets it. 3. Hand out a code, where it has codes. 4. Move the points, and tell the member.
    Raises RewardNotOffered, PriceChanged, RewardLimitReached, PointsShort, RewardSoldOut.
    """
    title = forms.told(reward.title_zh, reward.title_en)
    _require_offered(reward, title, now)
    if points != reward.points:
        raise errors.PriceChanged(points=reward.points)
    limit = reward.per_member
    if limit is not None and await _had(session, reward, place.member_id) >= limit:
        raise errors.RewardLimitReached(reward=title, limit=limit)
    await expiry.require_points(session, place.member_id, points, now)
    await _take_one(session, reward, title)
    redemption = Redemption(
        reward_id=reward.id or 0,
        member_id=place.member_id,
        points=points,
        state=HANDED_OVER if reward.has_codes else WAITING,
        pick_up_code=None if reward.has_codes else short_codes.new(PICK_UP_LENGTH),
        redeemed_at=now,
        ended_at=now if reward.has_codes else None,
    )
    session.add(redemption)
    await session.flush()
    code = await _hand_out(session, vault, redemption) if reward.has_codes else None
    number = redemption.id or 0
    await spending.spend(
        session,
        place,
        f"{spending.REWARD}{number}",
        to=(AccountKind.REWARD, reward.id or 0),
        amount=points,
        terms=SpendingTerms("reward", title.zh, title.en),
        now=now,
    )
    await messages.post(
        session,
        [place.member_id],
        "reward_redeemed",
        key=f"{spending.REWARD}{number}",
        told={"reward": title, "how": forms.told(reward.how_zh, reward.how_en)},
        campaign_id=None,
        now=now,
    )
    return Redeemed(redemption, code)


async def cancel(
    session: WriteSession, redemption: Redemption, *, by_member: int, why: str | None, now: datetime
) -> None:
    """Call off a redemption that nobody has handed over: the points and the item go back.

    Members do so for themselves within a day, staff with a reason at any time; the caller has checked who it is. Raises
    RedemptionEnded, CancelClosed, InvalidValue.
    """
    until = redemption.redeemed_at + CANCEL_WITHIN
    told = None if why is None else spending.reason(why)
    _require_waiting(redemption.state)
    if told is None and now >= until:
        raise errors.CancelClosed(until=until)
    await _end(session, redemption, CANCELLED, by_member=by_member, now=now, reason=told)
    await session.exec(update(Reward).where(col(Reward.id) == redemption.reward_id).values(stock=col(Reward.stock) + 1))
    cause = f"{spending.REWARD}{redemption.id}"
    await spending.give_back(session, [cause], told or _BY_THEMSELVES, by_member, now)


async def hand_over(session: WriteSession, redemption: Redemption, *, by_member: int, now: datetime) -> None:
    """Note that a redemption was handed over, to whoever showed its code; raises RedemptionEnded."""
    await _end(session, redemption, HANDED_OVER, by_member=by_member, now=now)


def _require_offered(reward: Reward, title: Text, now: datetime) -> None:
    today = lots.day_of(now)
    if reward.retired_at is not None:
        raise errors.RewardNotOffered(reward=title, when=_RETIRED)
    if today < reward.from_on:
        raise errors.RewardNotOffered(reward=title, when=_NOT_YET)
    if reward.until_on is not None and today > reward.until_on:
        raise errors.RewardNotOffered(reward=title, when=_NO_MORE)


async def _had(session: ReadSession, reward: Reward, member_id: int) -> int:
    found = await session.exec(
        select(func.count())
        .select_from(Redemption)
        .where(
            col(Redemption.member_id) == member_id,
            col(Redemption.reward_id) == reward.id,
            col(Redemption.state) != CANCELLED,
        )
    )
    return found.one()


async def _take_one(session: WriteSession, reward: Reward, title: Text) -> None:
    """Take one from the stock; who comes second waits for the first and then finds what is left.

    The edition is part of the condition: a price that changes at this moment is not the one that was agreed.
    """
    taken = await session.exec(
        update(Reward)
        .where(col(Reward.id) == reward.id, col(Reward.stock) > 0, col(Reward.edition) == reward.edition)
        .values(stock=col(Reward.stock) - 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount == 0:
        await session.refresh(reward)
        if reward.stock > 0:
            raise errors.PriceChanged(points=reward.points)
        raise errors.RewardSoldOut(reward=title)


async def _hand_out(session: WriteSession, vault: Vault, redemption: Redemption) -> str:
    """Give a redemption the next free code; the lock on the reward's row keeps others from choosing the same."""
    found = await session.exec(
        select(RewardCode)
        .where(col(RewardCode.reward_id) == redemption.reward_id, col(RewardCode.redemption_id).is_(None))
        .order_by(col(RewardCode.id))
        .limit(1)
    )
    code = found.one()  # as many codes are free as the stock says
    code.redemption_id = redemption.id
    session.add(code)
    await session.flush()
    return vault.decrypt(code.ciphertext)


def _require_waiting(state: str) -> None:
    if state != WAITING:
        raise errors.RedemptionEnded(how=_ENDED[state])


async def _end(
    session: WriteSession,
    redemption: Redemption,
    state: str,
    *,
    by_member: int,
    now: datetime,
    reason: str | None = None,
) -> None:
    """End a redemption that waits; of two who end it at once, the second is told how it ended."""
    ended = await session.exec(
        update(Redemption)
        .where(col(Redemption.id) == redemption.id, col(Redemption.state) == WAITING)
        .values(state=state, ended_at=now, ended_by=by_member, reason=reason)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(redemption)
    if ended.rowcount == 0:
        _require_waiting(redemption.state)
