"""Read what the estimate of a campaign's valid acts rests on, and tell it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Integer, and_, case, cast, exists, func, or_
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select

from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.leaderboards.tables import Score
from backend.review.queries import PROVED
from backend.review.share import Share, Stratum, estimate
from backend.review.tables import APPROVED, KNOWN, REFUSED, ReviewBand, ReviewCase


@dataclass(frozen=True)
class Validity:
    """What is known of a campaign's acts, in an institution or in all: counts, and an estimate where there is one."""

    population: int  # acts that could be drawn
    known: int  # acts that staff confirmed or a system fed, beside the population
    sampled: int
    decided: int
    share: Share | None  # None: too few people, or not enough reviewed yet
    few_people: bool

    @property
    def label(self) -> Text:
        """The estimate as a sentence."""
        if self.few_people:
            return Text("参加人数较少，不作估计", "too few people take part for an estimate")
        looked = Text(
            f"{self.population:,} 次中抽查 {self.decided:,} 次", f"{self.decided:,} of {self.population:,} looked at"
        )
        if self.share is None:
            return Text(f"已审核数量不足，暂不作估计；{looked.zh}", f"not enough reviewed yet; {looked.en}")
        share, low, high = (
            _percent(one) for one in (self.share.permille, self.share.low_permille, self.share.high_permille)
        )
        return Text(
            f"{share}%（95% 置信区间 {low}%–{high}%），{looked.zh}", f"{share} % (95 %: {low}–{high} %), {looked.en}"
        )


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}"


async def of_campaign(
    session: ReadSession, campaign_id: int, institution_id: int | None, fewest_people: int
) -> Validity:
    """Return what the draws so far tell of a campaign, in one institution or (None) in all that it covers."""
    bands = select(
        ReviewBand.draw_id,
        ReviewBand.band,
        ReviewBand.population,
        ReviewBand.sampled,
    ).where(col(ReviewBand.campaign_id) == campaign_id)
    if institution_id is not None:
        bands = bands.where(col(ReviewBand.institution_id) == institution_id)
    rows = (await session.exec(bands)).all()
    decided, valid = await _decided(session, campaign_id, institution_id)
    strata = [
        Stratum(band, population, decided[draw_id, band], valid[draw_id, band])
        for draw_id, band, population, _ in rows
        if band != KNOWN
    ]
    few = await _people(session, campaign_id, institution_id) < fewest_people
    return Validity(
        population=sum(one.population for one in strata),
        known=sum(population for _, band, population, _ in rows if band == KNOWN),
        sampled=sum(sampled for *_, sampled in rows),
        decided=sum(one.decided for one in strata),
        share=None if few else estimate(strata),
        few_people=few,
    )


Counts = Counter[tuple[int, str]]


async def _decided(session: ReadSession, campaign_id: int, institution_id: int | None) -> tuple[Counts, Counts]:
    """Count the decided and the valid cases of each draw and band.

    What staff undid outside review is not valid; what a stronger proof has replaced is; both are decided thereby.
    """
    later = aliased(CheckIn)
    replaced = exists().where(col(later.member_id) == col(CheckIn.member_id), col(later.replaces_id) == col(CheckIn.id))
    counts, is_proved = col(CheckIn.counted), col(CheckIn.proof).in_(PROVED)
    is_valid = and_(
        col(ReviewCase.state) != REFUSED,
        or_(and_(counts, or_(col(ReviewCase.state) == APPROVED, is_proved)), and_(~counts, replaced)),
    )
    is_decided = or_(col(ReviewCase.state).in_((APPROVED, REFUSED)), ~counts, is_proved)
    statement = (
        select(ReviewCase.draw_id, ReviewCase.band, _count(is_decided), _count(is_valid))
        .join(CheckIn, col(CheckIn.id) == col(ReviewCase.act_id))
        .where(col(ReviewCase.campaign_id) == campaign_id)
        .group_by(col(ReviewCase.draw_id), col(ReviewCase.band))
    )
    if institution_id is not None:
        statement = statement.where(col(ReviewCase.institution_id) == institution_id)
    decided, valid = Counts(), Counts()
    for draw_id, band, were_decided, were_valid in await session.exec(statement):
        decided[draw_id, band], valid[draw_id, band] = were_decided, were_valid
    return decided, valid


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)


async def _people(session: ReadSession, campaign_id: int, institution_id: int | None) -> int:
    statement = select(func.count(func.distinct(Score.member_id))).where(
        col(Score.campaign_id) == campaign_id, col(Score.period) == "campaign"
    )
    if institution_id is not None:
        statement = statement.where(col(Score.institution_id) == institution_id)
    return (await session.exec(statement)).one()
