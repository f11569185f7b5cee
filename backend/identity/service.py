"""Sign people in, link them to the roster, let them choose what boards call them."""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from backend.core import clock
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import queries
from backend.identity.errors import AlreadyBound, BindingCodeInvalid, DisplayNameInvalid, NotOnRoster, PhoneNotOnRoster
from backend.identity.roles import ROLES
from backend.identity.roster import phone as phones
from backend.identity.tables import BindingCode, Login, Member, RoleGrant, Session, SignIn
from backend.wechat.replies import WeChatSession

WECHAT = "wechat"
REPEAT_WINDOW = timedelta(minutes=5)  # a WeChat code lives five minutes, so a repeat cannot come later
BINDING_CODE_LIFE = timedelta(days=14)
DISPLAY_NAME_LENGTH = 12
# No 0/O, 1/I/L: people read these codes from paper.
_BINDING_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_BINDING_LENGTH = 10


def token_for(vault: Vault, code: str) -> str:
    """Return the session token that a sign-in code leads to.

    It is derived from the code and our secret, so that a repeated request gets the same token although
    only a fingerprint of it is ever stored.
    """
    return vault.fingerprint(code, "session token")


async def repeated_sign_in(session: ReadSession, vault: Vault, code: str, now: datetime) -> str | None:
    """Return the token given for this code within the last five minutes, or None when it is new to us."""
    earlier = await session.get(SignIn, vault.fingerprint(code, "sign-in code"))
    if earlier is None or now - earlier.signed_in_at > REPEAT_WINDOW:
        return None
    return token_for(vault, code)


async def sign_in(
    session: WriteSession, vault: Vault, *, app_id: str, code: str, wechat: WeChatSession, now: datetime, days: int
) -> str:
    """Open a session for the WeChat account behind a code and return its token.

    Repeats are recognised by the code: the first stored sign-in wins and every repeat returns its token.
    """
    fingerprint = vault.fingerprint(code, "sign-in code")
    token = token_for(vault, code)
    if await session.get(SignIn, fingerprint) is not None:
        return token
    login = await _login(session, vault, app_id, wechat, now)
    assert login.id is not None
    session.add(SignIn(code_fingerprint=fingerprint, login_id=login.id, signed_in_at=now))
    session.add(
        Session(
            token_fingerprint=vault.fingerprint(token, "session"),
            login_id=login.id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    await session.flush()
    return token


async def _login(session: WriteSession, vault: Vault, app_id: str, wechat: WeChatSession, now: datetime) -> Login:
    subject = vault.fingerprint(wechat.openid, "openid")
    session_key = vault.encrypt(wechat.session_key.get_secret_value())
    login = await _find_login(session, app_id, subject)
    if login is None:
        login = Login(
            provider=WECHAT,
            app_id=app_id,
            subject_fingerprint=subject,
            subject_ciphertext=vault.encrypt(wechat.openid),
            session_key_ciphertext=session_key,
            created_at=now,
        )
        try:
            async with session.begin_nested():
                session.add(login)
        except IntegrityError:  # two phones, one person, one moment: the other request made the row
            login = await _find_login(session, app_id, subject)
            assert login is not None
    login.session_key_ciphertext = session_key
    session.add(login)
    await session.flush()
    return login


async def _find_login(session: ReadSession, app_id: str, subject: str) -> Login | None:
    found = await session.exec(
        select(Login).where(
            col(Login.provider) == WECHAT, col(Login.app_id) == app_id, col(Login.subject_fingerprint) == subject
        )
    )
    return found.first()


async def openid_of(session: ReadSession, vault: Vault, login_id: int) -> str:
    """Return what the provider calls an account that has signed in."""
    login = await session.get(Login, login_id)
    assert login is not None
    return vault.decrypt(login.subject_ciphertext)


async def session_key_of(session: ReadSession, vault: Vault, login_id: int) -> SecretStr:
    """Return the key that WeChat gave at the account's last sign-in here; a later one makes it stale."""
    login = await session.get(Login, login_id)
    assert login is not None
    return SecretStr(vault.decrypt(login.session_key_ciphertext))


async def sign_out(session: WriteSession, token_fingerprint: str, now: datetime) -> None:
    """Revoke one session; other processes notice within `session_cache_seconds`."""
    await session.exec(
        update(Session).where(col(Session.token_fingerprint) == token_fingerprint).values(revoked_at=now)
    )


async def issue_binding_code(session: WriteSession, vault: Vault, member_id: int, now: datetime) -> str:
    """Make a one-time code that links whoever enters it within 14 days to this member; earlier ones end."""
    await end_binding_codes(session, [member_id], now)
    return await make_binding_code(session, vault, member_id, now)


async def end_binding_codes(
    session: WriteSession, member_ids: Sequence[int] | SelectOfScalar[int], now: datetime
) -> None:
    """Let the unused codes of these members (or of those that a query finds) expire now."""
    await session.exec(
        update(BindingCode)
        .where(
            col(BindingCode.member_id).in_(member_ids),
            col(BindingCode.used_at).is_(None),
            col(BindingCode.expires_at) > now,
        )
        .values(expires_at=now)
        # Only the database looks for the rows: the session has no need to, and cannot for a query.
        .execution_options(synchronize_session=False)
    )


async def make_binding_code(session: WriteSession, vault: Vault, member_id: int, now: datetime) -> str:
    """Make a one-time code beside those that the member has; see `issue_binding_code`."""
    code = "".join(secrets.choice(_BINDING_ALPHABET) for _ in range(_BINDING_LENGTH))
    session.add(
        BindingCode(
            code_fingerprint=vault.fingerprint(code, "binding code"),
            member_id=member_id,
            expires_at=now + BINDING_CODE_LIFE,
        )
    )
    await session.flush()
    return code


async def bind_by_code(session: WriteSession, vault: Vault, login_id: int, code: str, now: datetime) -> int:
    """Link a WeChat account to the member whose binding code this is; return the member's id.

    Raises BindingCodeInvalid, AlreadyBound, NotOnRoster. A code works once; the same account may repeat it.
    """
    entered = unicodedata.normalize("NFKC", code).strip().upper().replace("-", "")
    binding = await session.get(BindingCode, vault.fingerprint(entered, "binding code"), with_for_update=True)
    if binding is None or now >= binding.expires_at:
        raise BindingCodeInvalid
    login = await session.get(Login, login_id, with_for_update=True)
    assert login is not None
    if binding.used_at is not None and login.member_id != binding.member_id:
        raise BindingCodeInvalid
    await _bind(session, login, binding.member_id, now)
    binding.used_at = binding.used_at or now
    session.add(binding)
    return binding.member_id


async def bind_by_phone(session: WriteSession, vault: Vault, login_id: int, phone: str, now: datetime) -> int:
    """Link a WeChat account to the member whose roster entry has this verified phone number."""
    try:
        fingerprint = phones.fingerprint(vault, phone)
    except phones.PhoneInvalid:
        raise PhoneNotOnRoster from None  # a number abroad is on no roster
    found = await session.exec(select(Member).where(col(Member.phone_fingerprint) == fingerprint))
    member = found.first()
    if member is None or member.id is None:
        raise PhoneNotOnRoster
    login = await session.get(Login, login_id, with_for_update=True)
    assert login is not None
    await _bind(session, login, member.id, now)
    return member.id


async def _bind(session: WriteSession, login: Login, member_id: int, now: datetime) -> None:
    if login.member_id not in (None, member_id):
        raise AlreadyBound
    if await queries.place_of(session, member_id, clock.campaign_day(now, SHOWN_ZONE, 0)) is None:
        raise NotOnRoster
    # A new phone replaces the old one: a member has one account of a provider at a time.
    await session.exec(
        update(Login)
        .where(col(Login.member_id) == member_id, col(Login.provider) == login.provider, col(Login.id) != login.id)
        .values(member_id=None)
    )
    login.member_id = member_id
    session.add(login)
    try:
        await session.flush()
    except IntegrityError as collision:
        # Two accounts, one member, one moment: the other one was first. Only PostgreSQL has writers side by side.
        if "uq_login_provider_app_id_member_id" in str(collision.orig):
            raise AlreadyBound from collision
        raise


async def set_display_name(session: WriteSession, member_id: int, name: str | None) -> str | None:
    """Choose what boards call a member, or nothing (then they show a masked name). Returns what was kept."""
    member = await session.get(Member, member_id)
    assert member is not None
    member.display_name = None if name is None else clean_display_name(name)
    session.add(member)
    await session.flush()
    return member.display_name


def clean_display_name(name: str) -> str:
    """Return a display name as it is kept; raises DisplayNameInvalid."""
    clean = unicodedata.normalize("NFC", name).strip()
    if not clean:
        raise DisplayNameInvalid(reason=Text("不能为空", "it is empty"))
    if len(clean) > DISPLAY_NAME_LENGTH:
        reason = Text(f"最多 {DISPLAY_NAME_LENGTH} 个字符", f"it has more than {DISPLAY_NAME_LENGTH} characters")
        raise DisplayNameInvalid(reason=reason)
    # Cc/Cf: control and invisible formatting (right-to-left marks too); Cs/Co/Cn: nothing a font can show.
    # Stacked combining marks would reach into the neighbouring rows of a board.
    hidden = [
        letter
        for letter in clean
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me")
    ]
    if hidden:
        raise DisplayNameInvalid(
            reason=Text("含有无法显示的控制字符或叠加符号", "it has control or stacked characters")
        )
    return clean


async def grant(session: WriteSession, member_id: int, role: str, institution_id: int, now: datetime) -> None:
    """Give a member a role over an institution and everything below it; granting twice changes nothing."""
    assert role in ROLES
    found = await session.exec(
        select(RoleGrant).where(
            col(RoleGrant.member_id) == member_id,
            col(RoleGrant.role) == role,
            col(RoleGrant.institution_id) == institution_id,
            col(RoleGrant.ended_at).is_(None),
        )
    )
    if found.first() is None:
        session.add(RoleGrant(member_id=member_id, role=role, institution_id=institution_id, granted_at=now))
        await session.flush()


async def end_role(session: WriteSession, member_id: int, role: str, institution_id: int, now: datetime) -> None:
    """End a role from now on; the grant stays as a record."""
    await session.exec(
        update(RoleGrant)
        .where(
            col(RoleGrant.member_id) == member_id,
            col(RoleGrant.role) == role,
            col(RoleGrant.institution_id) == institution_id,
            col(RoleGrant.ended_at).is_(None),
        )
        .values(ended_at=now)
    )
