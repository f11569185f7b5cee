"""Subscribe messages: what a phone allows, what the account's templates are, and what came on phones."""

from typing import Any, Final

from demo.client.phone import Phone, expect
from demo.client.service import WeChat

RESULT, REMINDER = "demo-result-sealed", "demo-check-in-reminder"
# The account's templates, with their fields as `demo/messages.toml` fills them.
_TEMPLATES: Final = {
    RESULT: ("结果通知", ["thing1", "date2", "thing3"]),
    REMINDER: ("打卡提醒", ["thing1", "time2", "thing3"]),
}


async def furnish(wechat: WeChat) -> None:
    """Add the templates to the account, which forgets them whenever it is started."""
    for template, (title, fields) in _TEMPLATES.items():
        told = {"template_id": template, "type": "one_time", "title": title, "fields": fields}
        await wechat.play("templates", told)


async def allow(wechat: WeChat, phone: Phone, template: str) -> None:
    """Tap on "allow" once, and report it as the mini-program does."""
    answers = {template: "accept"}
    await wechat.play("subscribe", {"openid": phone.openid, "answers": answers})
    results = [{"templateId": template, "said": "accept"}]
    asked = {"requestId": f"allow-{template}-{phone.openid}", "results": results}
    expect(await phone.run("ReportSubscriptions", input=asked), "SubscriptionsReported")


async def withdraw(wechat: WeChat, phone: Phone, template: str) -> None:
    """Refuse a template in WeChat's own settings, of which the service is told nothing: it will hear 43101."""
    await wechat.play("withdraw", {"openid": phone.openid, "templates": [template], "quietly": True})


async def came(wechat: WeChat) -> list[dict[str, Any]]:
    """Return what came on phones."""
    found: list[dict[str, Any]] = (await wechat.look("notices"))["notices"]
    return found
