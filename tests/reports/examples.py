"""Figures made by hand, for what needs no database: a full report, with the longest names that there can be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.campaigns import shelf
from backend.campaigns.queries import Rules, Running
from backend.campaigns.tables import RUNNING, Campaign
from backend.checkins.proof import Proof
from backend.core import paths
from backend.reports.figures import (
    Budget,
    Compared,
    Comparison,
    Complaints,
    Consented,
    Corrections,
    Counts,
    Day,
    Deletion,
    Evidence,
    Figures,
    Group,
    Groups,
    Method,
    OfKind,
    OfProof,
    RuleVersion,
    Scope,
    Sealed,
    Total,
    Willing,
)
from backend.review.share import Share
from backend.review.validity import Validity

AT = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)
FIRST = date(2026, 6, 15)
LONG = "海河市滨河区机关事务服务中心（滨河区公共机构节能管理办公室）综合协调与监督检查处" * 2
_SHELF = shelf.load(paths.folder("campaigns"))


def running(theme: str = "energy-week", state: str = RUNNING) -> Running:
    """Return a campaign as it was read, without a row."""
    kept = _SHELF.theme(theme)
    campaign = Campaign(
        id=1,
        theme_key=theme,
        theme_hash=kept.content_hash,
        factors_hash=_SHELF.factors.content_hash,
        institution_id=3,
        starts_on=FIRST,
        ends_on=FIRST + timedelta(days=6),
        time_zone="Asia/Shanghai",
        day_cut_hour=0,
        grace_hours=48,
        opens_at=AT,
        closes_at=AT,
        state=state,
        created_at=AT,
    )
    return Running(campaign, "/1/2/3/", Rules(kept, _SHELF.factors))


def compared(year: int, scale: int = 1) -> Compared:
    """Return one side of a comparison."""
    first = date(year, 6, 15)
    total = Total(1_234 * scale, 9_000 * scale, 77_777_000 * scale)
    return Compared(first, first + timedelta(days=6), 120 * scale, total, 300, 5, workdays_published=True)


def method(name: str, carbon_mg: int, version: int = 1) -> Method:
    """Return carbon by one factor."""
    return Method(
        factor=f"reduction.{name}",
        version=version,
        name_zh=f"{name} 出行减排量",
        name_en=f"Reduction by {name}",
        value=Decimal("0.072"),
        unit="kgCO2/km",
        source="DB11/T 3043—2024《碳普惠项目减排量核算技术规范 低碳出行》（京津冀），据公开转录",
        confidence="second-hand",
        awards=321,
        carbon_mg=carbon_mg,
    )


def counts(groups: int = 6, days: int = 7, **more: Any) -> Counts:
    """Return full counts."""
    known = Validity(900, 20, 200, 190, Share(940, 900, 970), few_people=False)
    made = Counts(
        participants=240,
        total=Total(2_468, 18_000, 155_554_000),
        adjusted_points=30,
        days=tuple(Day(FIRST + timedelta(days=n), Total(100 + n, 900, 7_000_001), 40) for n in range(days)),
        kinds=(
            OfKind("commute", Total(1_400, 9_000, 155_554_000)),
            OfKind("energy_act", Total(1_068, 9_000, 0)),
        ),
        proofs=(OfProof(Proof.SELF_DECLARED, 2_000), OfProof(Proof.PHOTO, 400), OfProof(Proof.CONFIRMED, 68)),
        methods=(method("travel.rail_km", 150_000_000), method("travel.bus_km", 5_554_000, 2)),
        offsets=(4, -120_000),
        groups=Groups(
            tuple(Group(f"{n + 1} 处", 5 + n, Total(50 + n, 400, 3_000_000)) for n in range(groups)), hidden=2
        ),
        evidence=Evidence(known, refused=11, appealed=2, upheld=1),
        corrections=Corrections(3, -20, -180_000),
        comparison=Comparison(
            compared(2026, 2), compared(2025), rules_differ=True, factors_differ=True, is_live=True
        ),
    )  # fmt: skip
    return replace(made, **more)


def figures(**more: Any) -> Figures:
    """Return a report's figures, sealed, with everything that one can have."""
    campaign = running()
    own = campaign.campaign
    versions = (
        RuleVersion(1, FIRST, own.theme_hash, own.factors_hash, restates=False, reason=None),
        RuleVersion(2, FIRST, "b" * 64, "c" * 64, restates=True, reason="出行因子更新"),
    )
    made = Figures(
        scope=Scope(campaign, "滨河区档案馆", 3, has_departments=True),
        as_of=AT,
        threshold=5,
        sealed=Sealed(AT - timedelta(days=2), "5ea1" * 16),
        rules=versions,
        budget=Budget(50_000, 36),
        willing=Willing(260, 12),
        cases=Consented(4, 1),
        deletion=Deletion(AT, 0, 812, 0),
        complaints=Complaints(3, 2),
        counts=counts(),
    )
    return replace(made, **more)
