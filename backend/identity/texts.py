"""Have WeChat look at what a member wrote before anybody else reads it."""

from backend.core.api import Context
from backend.core.errors import Problem
from backend.core.vault import Vault
from backend.identity import service, sessions
from backend.identity.errors import TextRefused
from backend.settings import Settings
from backend.wechat.checks import Scene, Suggest
from backend.wechat.client import HttpWeChat


async def check(
    context: Context, text: str, scene: Scene = Scene.COMMENT, *, refusal: type[Problem] = TextRefused
) -> None:
    """Ask whether a text of the caller's (at most 2,500 characters) may be shown to others.

    Raises `refusal`, also when the platform is not sure; NotOpenedLately, WeChatBlocked, WeChatTooOften; and
    WeChatUnavailable, after which the same request may be sent again. Call it before a session is opened: the answer
    takes a neighbour's time. Where text checks are switched off everything passes.
    """
    if not context.use(Settings).text_checks:
        return
    caller = await sessions.caller(context)
    async with context.database.read() as session:
        openid = await service.openid_of(session, context.use(Vault), caller.login_id)
    nickname = text if scene is Scene.PROFILE else None
    verdict = await context.use(HttpWeChat).check_text(openid, scene, text, nickname=nickname)
    if verdict.suggest is not Suggest.PASS:
        raise refusal
