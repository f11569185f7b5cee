"""Sign in with a code that WeChat takes only once, however often and wherever it is repeated."""

import asyncio

from backend.core.api import Context
from backend.core.vault import Vault
from backend.identity import service
from backend.settings import Settings
from backend.wechat import errors as wechat_errors
from backend.wechat.client import HttpWeChat


class SignInDesk:
    """Lets requests that repeat one sign-in code wait for the first: WeChat takes a code once."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    async def sign_in(self, context: Context, code: str) -> str:
        """Return the session token for a code; see `service.sign_in`."""
        lock = self._locks.setdefault(code, asyncio.Lock())
        try:
            async with lock:
                return await self._sign_in(context, code)
        finally:
            if not lock.locked():
                self._locks.pop(code, None)

    async def _sign_in(self, context: Context, code: str) -> str:
        vault, settings = context.use(Vault), context.use(Settings)
        if (token := await self._repeated(context, vault, code)) is not None:
            return token
        try:
            wechat = await context.use(HttpWeChat).code_to_session(code)
        except wechat_errors.SignInCodeUsed:
            # Another replica may be just ahead of us with the same code: its sign-in is ours too.
            for _ in range(10):
                await asyncio.sleep(0.1)
                if (token := await self._repeated(context, vault, code)) is not None:
                    return token
            raise
        async with context.database.write() as session:
            return await service.sign_in(
                session,
                vault,
                app_id=settings.wechat_app_id,
                code=code,
                wechat=wechat,
                now=context.now,
                days=settings.session_days,
            )

    @staticmethod
    async def _repeated(context: Context, vault: Vault, code: str) -> str | None:
        async with context.database.read() as session:
            return await service.repeated_sign_in(session, vault, code, context.now)
