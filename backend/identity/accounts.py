"""What a provider calls the members that are bound to an account there."""

from collections.abc import Sequence

from cryptography.fernet import InvalidToken
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.core.vault import Vault
from backend.identity.service import WECHAT
from backend.identity.tables import Login


async def openids(session: ReadSession, vault: Vault, app_id: str, member_ids: Sequence[int]) -> dict[int, str]:
    """Return the openids of these members; who has none, or one that a lost key hides, is left out."""
    found = await session.exec(
        select(Login.member_id, Login.subject_ciphertext).where(
            col(Login.provider) == WECHAT, col(Login.app_id) == app_id, col(Login.member_id).in_(member_ids)
        )
    )
    openids = {}
    for member_id, ciphertext in found:
        try:
            openids[member_id or 0] = vault.decrypt(ciphertext)
        except InvalidToken:
            continue
    return openids


async def member_with(session: ReadSession, vault: Vault, app_id: str, openid: str) -> int | None:
    """Return whose account an openid is, or None when nobody's, or nobody's yet."""
    found = await session.exec(
        select(Login.member_id).where(
            col(Login.provider) == WECHAT,
            col(Login.app_id) == app_id,
            col(Login.subject_fingerprint) == vault.fingerprint(openid, "openid"),
        )
    )
    return found.first()
