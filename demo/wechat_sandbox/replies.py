"""Build answers as WeChat gives them: HTTP 200, and the error in the JSON."""

import secrets
import time
from typing import Any

from starlette.responses import JSONResponse

MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40031: "invalid userid list",
    40037: "invalid template_id",
    40058: "invalid argument",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40164: "invalid ip 127.0.0.1, not in whitelist",
    40169: "invalid length for scene, or the data is not json string",
    40226: "code blocked",
    40256: "no employee relation",
    40257: "invalid openid",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    47003: "argument invalid!",
    60020: "not allow to access from your ip",
    61010: "user has not accessed the mini-program in the past two hours",
    81013: "user & party & tag all invalid",
    87008: "invalid sig_method",
    87009: "invalid signature",
}


class Refused(Exception):
    """The platform answers with an error code."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def request_id() -> str:
    """Return an id in the form that WeChat's support asks for."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def refusal(code: int, message: str | None = None) -> JSONResponse:
    """Return an error answer: as on the platform, the request's id stands inside the message."""
    return JSONResponse({"errcode": code, "errmsg": f"{message or MESSAGES[code]}, rid: {request_id()}"})


def success(payload: dict[str, Any]) -> JSONResponse:
    """Return a success; some endpoints of the platform say so with `errcode` 0, others leave it out."""
    return JSONResponse(payload)
