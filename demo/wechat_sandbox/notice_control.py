"""The control surface of messages: templates, taps on "allow", WeChat's settings, WeCom's corp, what came on phones."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.wechat_sandbox import notices
from demo.wechat_sandbox.control import body_of, person_of, world_of
from demo.wechat_sandbox.notices import TYPES, Template

POPUP, CHANGE = "subscribe_msg_popup_event", "subscribe_msg_change_event"


async def put_template(request: Request) -> JSONResponse:
    """Add a template to the account: `template_id`, `type`, `title`, `fields`, and `listed` values of enums."""
    body = await body_of(request)
    if body.get("type") not in TYPES or not body.get("template_id") or not body.get("fields"):
        raise HTTPException(400, f"a template_id, fields, and type as one of {TYPES}")
    listed = {name: tuple(given) for name, given in dict(body.get("listed", {})).items()}
    title = str(body.get("title", body["template_id"]))
    template = Template(str(body["template_id"]), body["type"], title, tuple(body["fields"]), listed)
    world_of(request).notices.templates[template.template_id] = template
    return JSONResponse({"template_id": template.template_id})


async def subscribe(request: Request) -> JSONResponse:
    """Do what a tap on `wx.requestSubscribeMessage` does: `answers` by template; `quietly` pushes no event."""
    person, body = await person_of(request)
    world, answers = world_of(request), dict(body.get("answers", {}))
    try:
        told = world.notices.ask(person.openid, answers)
    except ValueError as refused:
        raise HTTPException(409, str(refused)) from None
    rows = [{"TemplateId": one, "SubscribeStatusString": said, "PopupScene": "0"} for one, said in told.items()]
    pushed = await _push(request, POPUP, person.openid, rows) if not body.get("quietly") else []
    return JSONResponse({"errMsg": "requestSubscribeMessage:ok", **told, "pushed": pushed})


async def bind_employee(request: Request) -> JSONResponse:
    """Do what `wx.bindEmployeeRelation` does when the person agrees to these `templates`."""
    person, body = await person_of(request)
    try:
        world_of(request).notices.bind(person.openid, list(body.get("templates", [])))
    except ValueError as refused:
        raise HTTPException(409, str(refused)) from None
    return JSONResponse({})


async def withdraw(request: Request) -> JSONResponse:
    """Let a person refuse `templates` in WeChat's settings; `quietly` pushes no event."""
    person, body = await person_of(request)
    templates = [str(one) for one in body.get("templates", [])]
    world_of(request).notices.withdraw(person.openid, templates)
    rows = [{"TemplateId": one, "SubscribeStatusString": "reject"} for one in templates]
    pushed = await _push(request, CHANGE, person.openid, rows) if not body.get("quietly") else []
    return JSONResponse({"pushed": pushed})


async def list_notices(request: Request) -> JSONResponse:
    """List what came on phones, in order: through WeChat, and through WeCom."""
    world = world_of(request)
    told = [{"userid": one.userid, "notice": one.notice} for one in world.corp.told]
    return JSONResponse({"notices": [one.public() for one in world.notices.came], "wecom": told})


async def put_corp(request: Request) -> JSONResponse:
    """Found the corp, or change it: `corp_id`, `secret`, `accounts`, `members`, `unlicensed`."""
    body, corp = await body_of(request), world_of(request).corp
    corp.corp_id, corp.secret = str(body.get("corp_id", corp.corp_id)), str(body.get("secret", corp.secret))
    corp.accounts = int(body.get("accounts", corp.accounts))
    corp.members = {str(one).lower() for one in body.get("members", corp.members)}
    corp.unlicensed = {str(one).lower() for one in body.get("unlicensed", corp.unlicensed)}
    return JSONResponse({"members": sorted(corp.members)})


async def put_limits(request: Request) -> JSONResponse:
    """Change how many subscribe messages a day are taken: `a_day`."""
    world_of(request).notices.a_day = int((await body_of(request))["a_day"])
    return JSONResponse({})


async def revoke_corp_token(request: Request) -> JSONResponse:
    """End WeCom's present token at once: it is answered with 40014."""
    world_of(request).corp.revoke()
    return JSONResponse({})


async def _push(request: Request, name: str, openid: str, rows: list[dict[str, str]]) -> list[str]:
    pushes, now = world_of(request).pushes, world_of(request).now()
    if pushes.address is None or not rows:
        return []
    message: dict[str, Any] = notices.event(name, openid, now, rows, pushes.address.form)
    return await pushes.send(message)


ROUTES = [
    Route("/sandbox/templates", put_template, methods=["POST"]),
    Route("/sandbox/subscribe", subscribe, methods=["POST"]),
    Route("/sandbox/bind-employee", bind_employee, methods=["POST"]),
    Route("/sandbox/withdraw", withdraw, methods=["POST"]),
    Route("/sandbox/notices", list_notices, methods=["GET"]),
    Route("/sandbox/corp", put_corp, methods=["POST"]),
    Route("/sandbox/message-limits", put_limits, methods=["POST"]),
    Route("/sandbox/revoke-corp-token", revoke_corp_token, methods=["POST"]),
]
