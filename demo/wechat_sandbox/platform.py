"""The endpoints of WeChat's own protocol."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from demo.wechat_sandbox import checks, codes, notices, wecom
from demo.wechat_sandbox.checks import Quotas, Words
from demo.wechat_sandbox.credentials import Credentials
from demo.wechat_sandbox.faults import Faults
from demo.wechat_sandbox.notices import Notice, Notices
from demo.wechat_sandbox.people import People
from demo.wechat_sandbox.pushes import Pushes
from demo.wechat_sandbox.replies import Refused, refusal, success
from demo.wechat_sandbox.wecom import Corp


@dataclass
class World:
    """Everything the sandbox knows."""

    credentials: Credentials
    people: People
    faults: Faults
    now: Callable[[], float]
    quotas: Quotas
    words: Words
    pushes: Pushes
    notices: Notices
    corp: Corp


Answer = Callable[[World, Request], Awaitable[dict[str, Any] | Response]]


async def code_to_session(world: World, request: Request) -> dict[str, Any]:
    """`GET /sns/jscode2session`; a success has no `errcode`."""
    query = request.query_params
    world.credentials.check(query.get("appid"), query.get("secret"))
    if query.get("grant_type") != "authorization_code":
        raise Refused(40002)
    if not query.get("js_code"):
        raise Refused(41008)
    person = world.people.redeem(query["js_code"], "login")
    reply = {"session_key": person.session_key, "openid": person.openid}
    return reply if person.unionid is None else {**reply, "unionid": person.unionid}


async def stable_token(world: World, request: Request) -> dict[str, Any]:
    """`POST /cgi-bin/stable_token`."""
    body = await _body(request)
    if body.get("grant_type") != "client_credential":
        raise Refused(40002)
    world.credentials.check(body.get("appid"), body.get("secret"))
    token, seconds = world.credentials.stable(forced=body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}


async def phone_number(world: World, request: Request) -> dict[str, Any]:
    """`POST /wxa/business/getuserphonenumber`."""
    world.credentials.admit(request.query_params.get("access_token"))
    body = await _body(request)
    person = world.people.redeem(body.get("code"), "phone", body.get("openid"))
    foreign = "" if person.country_code == "86" else f"+{person.country_code}"
    return {
        "errcode": 0,
        "errmsg": "ok",
        "phone_info": {
            "phoneNumber": foreign + person.phone,
            "purePhoneNumber": person.phone,
            "countryCode": person.country_code,
            "watermark": {"timestamp": int(world.now()), "appid": world.credentials.app_id},
        },
    }


async def check_session(world: World, request: Request) -> dict[str, Any]:
    """`GET /wxa/checksession`: the signature is the HMAC of nothing under the session key."""
    query = request.query_params
    world.credentials.admit(query.get("access_token"))
    person = world.people.get(query.get("openid"))
    if person is None:
        raise Refused(40003)
    if query.get("sig_method") != "hmac_sha256":
        raise Refused(87008)
    expected = hmac.new((person.session_key or "").encode(), b"", hashlib.sha256).hexdigest()
    is_same = hmac.compare_digest(expected.encode(), query.get("signature", "").encode())
    if person.session_key is None or not is_same:
        raise Refused(87009)
    return {"errcode": 0, "errmsg": "ok"}


async def check_text(world: World, request: Request) -> dict[str, Any]:
    """`POST /wxa/msg_sec_check`, version 2."""
    world.credentials.admit(request.query_params.get("access_token"))
    text = checks.read_text(await request.body(), world.people)
    world.quotas.count(checks.TEXT)
    return checks.text_reply(*world.words.judge(text))


async def check_media(world: World, request: Request) -> dict[str, Any]:
    """`POST /wxa/media_check_async`, version 2: the verdict is pushed later."""
    world.credentials.admit(request.query_params.get("access_token"))
    question = checks.read_media(await request.body(), world.people)
    world.quotas.count(checks.MEDIA)
    world.pushes.begin(question)
    return {"errcode": 0, "errmsg": "ok", "trace_id": question.trace_id}


async def mini_program_code(world: World, request: Request) -> Response:
    """`POST /wxa/getwxacodeunlimit`: a picture, or JSON where there is none."""
    world.credentials.admit(request.query_params.get("access_token"))
    try:
        body = await _body(request)
    except Refused:
        raise Refused(40169) from None
    return Response(codes.picture(body), media_type="image/png")


async def subscribe_message(world: World, request: Request) -> dict[str, Any]:
    """`POST /cgi-bin/message/subscribe/send`: its fate is pushed, too."""
    world.credentials.admit(request.query_params.get("access_token"))
    notice = world.notices.subscribe_message(await _body(request))
    world.pushes.tell(_fate(world, notice))
    return {"errcode": 0, "errmsg": "ok", "msgid": notice.number}


def _fate(world: World, notice: Notice) -> dict[str, Any]:
    row = {"TemplateId": notice.template_id, "MsgID": str(notice.number), "ErrorCode": "0", "ErrorStatus": "success"}
    form = world.pushes.address.form if world.pushes.address else "json"
    return notices.event("subscribe_msg_sent_event", notice.openid, world.now(), [row], form)


async def employee_message(world: World, request: Request) -> dict[str, Any]:
    """`POST /cgi-bin/message/wxopen/employeerelationmsg/send`."""
    world.credentials.admit(request.query_params.get("access_token"))
    world.notices.employee_message(await _body(request))
    return {"errcode": 0, "errmsg": "ok"}


async def corp_token(world: World, request: Request) -> dict[str, Any]:
    """`GET /cgi-bin/gettoken`, WeCom's."""
    token, seconds = world.corp.token(request.query_params.get("corpid"), request.query_params.get("corpsecret"))
    return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds}


async def corp_message(world: World, request: Request) -> dict[str, Any]:
    """`POST /cgi-bin/message/send`, WeCom's."""
    world.corp.admit(request.query_params.get("access_token"))
    return world.corp.send(await _body(request))


ENDPOINTS: dict[str, tuple[str, Answer]] = {
    "/sns/jscode2session": ("GET", code_to_session),
    "/cgi-bin/stable_token": ("POST", stable_token),
    "/wxa/business/getuserphonenumber": ("POST", phone_number),
    "/wxa/checksession": ("GET", check_session),
    checks.TEXT: ("POST", check_text),
    checks.MEDIA: ("POST", check_media),
    "/wxa/getwxacodeunlimit": ("POST", mini_program_code),
    notices.SUBSCRIBE: ("POST", subscribe_message),
    notices.EMPLOYEE: ("POST", employee_message),
    wecom.TOKEN: ("GET", corp_token),
    wecom.SEND: ("POST", corp_message),
}


async def answer(world: World, request: Request) -> Response:
    """Answer any address: one that is not exactly an endpoint's, in letter case too, is 40066."""
    if request.url.path not in ENDPOINTS:
        return refusal(40066)
    method, endpoint = ENDPOINTS[request.url.path]
    if request.method != method:
        return refusal(43001 if method == "GET" else 43002)
    try:
        made = await endpoint(world, request)
        return made if isinstance(made, Response) else success(made)
    except Refused as refused:
        return refusal(refused.code, refused.message)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(47001) from None
    if not isinstance(body, dict):
        raise Refused(47001)
    return body
