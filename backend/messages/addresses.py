"""By which names the providers know members, and which channels are open to whom."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy import select as columns
from sqlmodel import col, delete

from backend.core import statements
from backend.core.db import ReadSession, WriteSession
from backend.core.statements import any_of
from backend.core.vault import Vault
from backend.identity import accounts
from backend.identity.service import WECHAT
from backend.identity.tables import Login
from backend.messages import permits
from backend.messages.tables import WeComUser
from backend.messages.templates import WECOM, Templates

_LISTED = columns(col(WeComUser.member_id), col(WeComUser.user_ciphertext)).where(
    any_of(col(WeComUser.member_id), "members")
)
_SIGNED_UP = columns(col(Login.member_id)).where(col(Login.provider) == WECHAT, any_of(col(Login.member_id), "members"))


class Reach:
    """Which channels are open to some members: who has an account, is listed, and has agreed to a template."""

    def __init__(
        self, templates: Templates, listed: set[int], signed_up: set[int], agreed: dict[tuple[int, str], int]
    ) -> None:
        self._templates, self._listed, self._signed_up, self._agreed = templates, listed, signed_up, agreed

    def is_open(self, channel: str, member_id: int, kind: str) -> bool:
        """Tell whether a message of this kind can go to a member over a channel."""
        carrier = self._templates.carrier(channel, kind)
        if carrier is None:
            return False
        if channel == WECOM:
            return member_id in self._listed
        return member_id in self._signed_up and self._agreed.get((member_id, carrier.template), 0) > 0


async def reach(session: ReadSession, templates: Templates, member_ids: Sequence[int]) -> Reach:
    """Return which channels are open to these members."""
    members = list(member_ids)
    listed = {row[0] for row in await statements.rows(session, _LISTED, members=members)}
    signed_up = {row[0] for row in await statements.rows(session, _SIGNED_UP, members=members)}
    agreed = await permits.credits_of(session, members, [*templates.permitted()])
    return Reach(templates, listed, signed_up, agreed)


async def left(session: ReadSession, templates: Templates, member_id: int) -> dict[str, int]:
    """Return how many messages of each template a member allows; those that they never agreed to are left out."""
    found = await permits.credits_of(session, [member_id], [*templates.permitted()])
    return {template_id: count for (_, template_id), count in found.items()}


async def of(
    session: ReadSession, vault: Vault, app_id: str, channel: str, member_ids: Sequence[int]
) -> dict[int, str]:
    """Return what a channel's provider calls these members; who has no name there is left out."""
    if channel != WECOM:
        return await accounts.openids(session, vault, app_id, member_ids)
    found = {}
    for member_id, ciphertext in await statements.rows(session, _LISTED, members=list(member_ids)):
        try:
            found[member_id] = vault.decrypt(ciphertext)
        except InvalidToken:
            continue
    return found


async def list_wecom_user(session: WriteSession, vault: Vault, member_id: int, user_id: str, now: datetime) -> None:
    """Note what WeCom calls a member; whoever had that name before has it no more."""
    fingerprint = vault.fingerprint(user_id.lower(), "wecom user")
    holder = (col(WeComUser.user_fingerprint) == fingerprint) | (col(WeComUser.member_id) == member_id)
    await session.exec(delete(WeComUser).where(holder))
    session.add(
        WeComUser(
            member_id=member_id,
            user_ciphertext=vault.encrypt(user_id),
            user_fingerprint=fingerprint,
            listed_at=now,
        )
    )
    await session.flush()
