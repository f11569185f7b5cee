"""The control surface: what a phone does, and what the platform suffers."""

import json
from datetime import date
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.wechat_sandbox.faults import EVERY_ENDPOINT, MODES, Fault
from demo.wechat_sandbox.people import Person
from demo.wechat_sandbox.platform import ENDPOINTS, World
from demo.wechat_sandbox.sealing import seal
from demo.wechat_sandbox.walking import last_days


async def body_of(request: Request) -> dict[str, Any]:
    """Return the body of a control request."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return body


def world_of(request: Request) -> World:
    """Return what the sandbox knows."""
    world: World = request.app.state.world
    return world


async def person_of(request: Request) -> tuple[Person, dict[str, Any]]:
    """Return whose phone a control request plays, and its body."""
    body = await body_of(request)
    person = world_of(request).people.get(body.get("openid"))
    if person is None:
        raise HTTPException(404, "nobody has that openid")
    return person, body


def _sealed(request: Request, person: Person, payload: dict[str, Any]) -> JSONResponse:
    if person.session_key is None:
        raise HTTPException(409, "this person has not logged in yet")
    world = world_of(request)
    watermark = {"timestamp": int(world.now()), "appid": world.credentials.app_id}
    return JSONResponse(seal({"watermark": watermark, **payload}, person.session_key))


async def put_users(request: Request) -> JSONResponse:
    """Create or change one user, or many as `{"users": [...]}`; an existing openid is changed."""
    body = await body_of(request)
    people = world_of(request).people
    if "users" not in body:
        return JSONResponse(people.put(body).public())
    return JSONResponse({"users": [people.put(row).public() for row in body["users"]]})


async def list_users(request: Request) -> JSONResponse:
    """List everybody."""
    return JSONResponse({"users": [person.public() for person in world_of(request).people.all()]})


async def login(request: Request) -> JSONResponse:
    """Do what `wx.login` does on this person's phone."""
    person, _ = await person_of(request)
    return JSONResponse({"code": world_of(request).people.login(person)})


async def phone_code(request: Request) -> JSONResponse:
    """Do what the phone button does."""
    person, _ = await person_of(request)
    return JSONResponse({"code": world_of(request).people.issue(person, "phone")})


async def encrypt(request: Request) -> JSONResponse:
    """Encrypt a payload under the person's present session key, with a watermark of this instant."""
    person, body = await person_of(request)
    return _sealed(request, person, body.get("payload", {}))


async def put_steps(request: Request) -> JSONResponse:
    """Let a person have walked: `steps` is a count for each day, as in `{"2026-06-15": 8000}`."""
    person, body = await person_of(request)
    try:
        person.steps |= {date.fromisoformat(day): int(steps) for day, steps in dict(body.get("steps", {})).items()}
    except (TypeError, ValueError):
        raise HTTPException(400, "steps must be a count for each day") from None
    return JSONResponse({"steps": {day.isoformat(): steps for day, steps in sorted(person.steps.items())}})


async def werun(request: Request) -> JSONResponse:
    """Do what `wx.getWeRunData` does: the last 31 days, sealed under the key of the last `wx.login`."""
    person, _ = await person_of(request)
    return _sealed(request, person, {"stepInfoList": last_days(person.steps, world_of(request).now())})


async def add_fault(request: Request) -> JSONResponse:
    """Switch a fault on: `endpoint` (`*` for all), `mode`, `count` (1), `seconds` (6, for slow answers)."""
    body = await body_of(request)
    endpoint, mode = body.get("endpoint", EVERY_ENDPOINT), body.get("mode")
    if mode not in MODES or endpoint not in (*ENDPOINTS, EVERY_ENDPOINT):
        raise HTTPException(400, f"endpoint must be one of {[*ENDPOINTS, EVERY_ENDPOINT]}, mode one of {MODES}")
    try:
        fault = Fault(endpoint, mode, int(body.get("count", 1)), float(body.get("seconds", 6)))
    except (TypeError, ValueError):
        raise HTTPException(400, "count and seconds must be numbers") from None
    world_of(request).faults.add(fault)
    return JSONResponse({"endpoint": endpoint, "mode": mode, "count": fault.left})


async def clear_faults(request: Request) -> JSONResponse:
    """Switch every fault off."""
    world_of(request).faults.clear()
    return JSONResponse({})


async def revoke_token(request: Request) -> JSONResponse:
    """End the present access token, as a forced refresh elsewhere would: it is answered with 40001."""
    world_of(request).credentials.revoke()
    return JSONResponse({})


async def counts(request: Request) -> JSONResponse:
    """Say how often each endpoint was asked, faults included."""
    return JSONResponse({"counts": dict(world_of(request).faults.counts)})


ROUTES = [
    Route("/sandbox/users", put_users, methods=["POST"]),
    Route("/sandbox/users", list_users, methods=["GET"]),
    Route("/sandbox/login", login, methods=["POST"]),
    Route("/sandbox/phone-code", phone_code, methods=["POST"]),
    Route("/sandbox/encrypt", encrypt, methods=["POST"]),
    Route("/sandbox/steps", put_steps, methods=["POST"]),
    Route("/sandbox/werun", werun, methods=["POST"]),
    Route("/sandbox/faults", add_fault, methods=["POST"]),
    Route("/sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/sandbox/revoke-token", revoke_token, methods=["POST"]),
    Route("/sandbox/counts", counts, methods=["GET"]),
]
