"""Keep the catalogue: add a reward, change it, add to its stock, take it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select, update

from backend.core.db import WriteSession, insert_many
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.core.vault import Vault
from backend.rewards import errors, forms, spending
from backend.rewards.tables import Reward, RewardCode

_CODE = "reward code"
_WITH_CODES = Text("由兑换码数量决定", "its codes say how many there are")


@dataclass(frozen=True)
class Offer:
    """What staff say of a reward."""

    title_zh: str | None
    title_en: str | None
    text_zh: str | None
    text_en: str | None
    how_zh: str | None
    how_en: str | None
    sponsor: str | None
    points: int
    per_member: int | None
    from_on: date
    until_on: date | None

    def columns(self) -> dict[str, Any]:
        """Return the columns of a reward that say so; raises InvalidValue."""
        forms.days(self.from_on, self.until_on)
        found: dict[str, Any] = {}
        for name, most, must in (("title", 40, True), ("text", 500, False), ("how", 200, True)):
            zh, en = forms.pair(getattr(self, f"{name}_zh"), getattr(self, f"{name}_en"), name, most, must=must)
            found |= {f"{name}_zh": zh, f"{name}_en": en}
        limit = self.per_member
        return found | {
            "sponsor": forms.line(self.sponsor, "sponsor", 80),
            "points": forms.whole(self.points, "points", 1, forms.MOST_POINTS),
            "per_member": None if limit is None else forms.whole(limit, "perMember", 1, 1000),
            "from_on": self.from_on,
            "until_on": self.until_on,
        }


@dataclass(frozen=True)
class Stock:
    """How many there are: a number, or the codes themselves, one a line."""

    items: int | None = None
    codes: str | None = None

    def read(self, *, least: int) -> tuple[int, list[str] | None]:
        """Return how many, and the codes if there are any; raises InvalidValue."""
        if self.codes is not None:
            if self.items is not None:
                raise InvalidValue(field="items", reason=_WITH_CODES)
            listed = forms.codes(self.codes)
            return len(listed), listed
        return forms.whole(self.items or 0, "items", least, 1_000_000), None


async def add(
    session: WriteSession,
    vault: Vault,
    *,
    institution_id: int,
    offer: Offer,
    stock: Stock,
    by_member: int,
    now: datetime,
) -> Reward:
    """Add a reward of an institution; raises InvalidValue, CodesRepeated."""
    count, listed = stock.read(least=0)
    reward = Reward(
        institution_id=institution_id,
        **offer.columns(),
        has_codes=listed is not None,
        stocked=count,
        stock=count,
        made_by=by_member,
        made_at=now,
    )
    session.add(reward)
    await session.flush()
    if listed is not None:
        await _keep_codes(session, vault, reward.id or 0, listed)
    return reward


async def change(session: WriteSession, reward: Reward, edition: int, offer: Offer) -> None:
    """Change what is said of a reward, its price too; raises RewardRetired, InvalidValue, EditionPassed.

    What was redeemed before stays as it was.
    """
    _require_kept(reward)
    await _turn(session, reward, edition, offer.columns())


async def restock(session: WriteSession, vault: Vault, reward: Reward, stock: Stock) -> None:
    """Add items, or codes, to a reward; raises RewardRetired, InvalidValue, CodesRepeated."""
    _require_kept(reward)
    count, listed = stock.read(least=1)
    if reward.has_codes is not (listed is not None):
        field = "codes" if reward.has_codes else "items"
        raise InvalidValue(field=field, reason=Text("须与奖品的发放方式一致", "it goes by the other way"))
    if listed is not None:
        await _keep_codes(session, vault, reward.id or 0, listed)
    added = {"stock": col(Reward.stock) + count, "stocked": col(Reward.stocked) + count}
    still = (col(Reward.id) == reward.id, col(Reward.retired_at).is_(None))
    await session.exec(update(Reward).where(*still).values(**added).execution_options(synchronize_session=False))
    await session.refresh(reward)
    _require_kept(reward)


async def retire(session: WriteSession, reward: Reward, edition: int, why: str, now: datetime) -> None:
    """Take a reward out of the catalogue, for good; who has redeemed it still gets it.

    Raises RewardRetired, InvalidValue, EditionPassed.
    """
    _require_kept(reward)
    await _turn(session, reward, edition, {"retired_at": now, "retired_reason": spending.reason(why)})


def _require_kept(reward: Reward) -> None:
    if reward.retired_at is not None:
        raise errors.RewardRetired(reward=forms.told(reward.title_zh, reward.title_en))


async def _turn(session: WriteSession, reward: Reward, edition: int, columns: dict[str, Any]) -> None:
    """Set columns of the edition that staff have seen, and of no other."""
    changed = await session.exec(
        update(Reward)
        .where(col(Reward.id) == reward.id, col(Reward.edition) == edition)
        .values(**columns, edition=edition + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:
        raise errors.EditionPassed
    await session.refresh(reward)


async def _keep_codes(session: WriteSession, vault: Vault, reward_id: int, listed: Sequence[str]) -> None:
    """Keep codes encrypted; raises CodesRepeated when one is there already, in this upload or an earlier one."""
    prints = [vault.fingerprint(f"{reward_id}/{code}", _CODE) for code in listed]
    found = await session.exec(select(RewardCode.fingerprint).where(col(RewardCode.reward_id) == reward_id))
    known, repeated = set(found), []
    for number, fingerprint in enumerate(prints, start=1):
        if fingerprint in known:
            repeated.append(number)
        known.add(fingerprint)
    if repeated:
        raise errors.CodesRepeated(count=len(repeated), line=repeated[0])
    await insert_many(
        session,
        RewardCode,
        [
            {"reward_id": reward_id, "fingerprint": fingerprint, "ciphertext": vault.encrypt(code)}
            for fingerprint, code in zip(prints, listed, strict=True)
        ],
    )
