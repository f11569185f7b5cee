"""Count the carbon that a device's disposition avoids, months after it was handed in; take back what was wrong.

The factor is the campaign's pinned one for the category and what became of the device; where there is no honest
factor, nothing moves. The transfer stands beside those of the act, under a cause of its own, so that who undoes the
act undoes both.
"""

import json
from datetime import datetime

from sqlmodel import col, update

from backend.campaigns import queries as campaigns
from backend.carbon import method
from backend.carbon.factors import FactorMissing
from backend.checkins import causes
from backend.checkins import details as details_of
from backend.checkins.kind import CarbonMethod, all_kinds
from backend.checkins.kinds.ewaste import Disposition
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession, WriteSession
from backend.points import queries as points_queries
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import ReversalTerms
from backend.points.tables import CARBON_MG


class Settling:
    """The dispositions of one transaction; what they avoid is written with one posting."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self._posting: ledger.Posting | None = None

    async def credit(self, check_in_id: int, disposition: Disposition) -> int:
        """Award what a disposition avoids to the act it began with; return it in whole milligrams CO2e.

        Nothing is awarded for an act that no longer counts, nor twice. The caller has locked the member.
        """
        check_in = await _counted(self._session, check_in_id)
        if check_in is None or await points_queries.numbers_of_causes(
            self._session, [causes.of_disposition(check_in_id)]
        ):
            return 0
        counted_by = _method(check_in, disposition)
        if counted_by is None:
            return 0
        running = await campaigns.one(self._session, check_in.campaign_id)
        assert running is not None, "an act stands in a campaign"
        try:
            factor = running.rules_on(check_in.day).factors.get(counted_by.factor_key, check_in.day)
        except FactorMissing:
            return 0
        share = counted_by.evidence_percent[Proof(check_in.proof)]
        terms = method.avoided(counted_by.quantity.amount, counted_by.quantity.unit, factor, share)
        if terms.carbon_mg:
            (await self._opened()).award(
                _cause(check_in, running.ruling_on(check_in.day).version),
                CARBON_MG,
                from_account=account(AccountKind.CAMPAIGN, check_in.campaign_id),
                to_account=account(AccountKind.MEMBER, check_in.member_id),
                amount=terms.carbon_mg,
                terms=terms,
            )
            await self._add(check_in, terms.carbon_mg)
        return terms.carbon_mg

    async def take_back(self, check_in_id: int, by_member: int, reason: str) -> None:
        """Reverse what a disposition was credited, if that still stands; the act's own award is not touched."""
        check_in = await _counted(self._session, check_in_id)
        if check_in is None:
            return
        own = causes.of_dispositions(check_in_id, check_in.rule_version)
        standing = await points_queries.standing(self._session, own)
        if not standing:
            return
        (await self._opened()).reverse(standing, ReversalTerms(reason=reason, by_member=by_member, code="correction"))
        await self._add(check_in, -points_queries.given(standing, check_in.member_id))

    async def write(self) -> None:
        """Write the transfers."""
        if self._posting is not None:
            await self._posting.write(self._session)

    async def _opened(self) -> ledger.Posting:
        self._posting = self._posting or await ledger.open_posting(self._session, self._now)
        return self._posting

    async def _add(self, check_in: CheckIn, carbon_mg: int) -> None:
        total = check_in.carbon_mg + carbon_mg
        await self._session.exec(update(CheckIn).where(col(CheckIn.id) == check_in.id).values(carbon_mg=total))


async def _counted(session: ReadSession, check_in_id: int) -> CheckIn | None:
    check_in = await session.get(CheckIn, check_in_id, populate_existing=True)
    return check_in if check_in is not None and check_in.counted else None


def _method(check_in: CheckIn, disposition: Disposition) -> CarbonMethod | None:
    kind = all_kinds()[check_in.kind]
    details = details_of.read(kind, json.loads(check_in.details) | {"disposition": disposition})
    return kind.carbon(details) if kind.personal(details) else None


def _cause(check_in: CheckIn, rule_version: int) -> ledger.Cause:
    return ledger.Cause(
        key=causes.of_disposition(check_in.id),
        campaign_id=check_in.campaign_id,
        member_id=check_in.member_id,
        department_id=check_in.department_id,
        institution_id=check_in.institution_id,
        day=check_in.day,
        proof=check_in.proof,
        rule_version=rule_version,
    )
