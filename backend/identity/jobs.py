"""Forget what signing in and binding have left behind and nobody can use any more."""

from datetime import timedelta

from sqlalchemy import or_
from sqlmodel import col, delete

from backend.core.clock import Clock
from backend.core.db import Database
from backend.identity.tables import BindingCode, Session, SignIn

SIGN_INS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=7)  # after their end, for questions about a sign-in
BINDING_CODES_KEPT = timedelta(days=30)  # after their end, for questions about a binding


async def forget_the_expired(database: Database, clock: Clock) -> int:
    """Delete old sign-ins, ended sessions and expired binding codes; return how many rows went.

    It is one transaction and may run twice, or on several workers at once.
    """
    now = clock.now()
    ended = now - SESSIONS_KEPT
    obsolete = (
        delete(SignIn).where(col(SignIn.signed_in_at) < now - SIGN_INS_KEPT),
        delete(Session).where(or_(col(Session.expires_at) < ended, col(Session.revoked_at) < ended)),
        delete(BindingCode).where(col(BindingCode.expires_at) < now - BINDING_CODES_KEPT),
    )
    async with database.write() as session:
        return sum([(await session.exec(statement)).rowcount for statement in obsolete])
