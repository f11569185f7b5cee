"""The control surface of content checks: words, planned verdicts, quotas, and what is pushed when."""

import asyncio
from dataclasses import fields
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.wechat_sandbox.checks import A_MINUTE, SUGGESTS
from demo.wechat_sandbox.control import body_of, world_of
from demo.wechat_sandbox.pushes import SPOILS, Address, Check, Plan


def _made(kind: type, body: dict[str, Any]) -> Any:
    unknown = set(body) - {one.name for one in fields(kind)}
    if unknown:
        raise HTTPException(400, f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    try:
        return kind(**body)
    except TypeError as missing:
        raise HTTPException(400, str(missing)) from None


async def put_word(request: Request) -> JSONResponse:
    """Make a word risky or doubtful: `word`, `suggest`, `label`."""
    body = await body_of(request)
    if body.get("suggest") not in SUGGESTS or not body.get("word"):
        raise HTTPException(400, f"a word, and suggest as one of {SUGGESTS}")
    world_of(request).words.put(str(body["word"]), body["suggest"], int(body.get("label", 21000)))
    return JSONResponse({})


async def put_quota(request: Request) -> JSONResponse:
    """Change how often a check may be asked: `endpoint`, `a_minute`."""
    body = await body_of(request)
    if body.get("endpoint") not in A_MINUTE:
        raise HTTPException(400, f"endpoint must be one of {[*A_MINUTE]}")
    world_of(request).quotas.a_minute[body["endpoint"]] = int(body["a_minute"])
    return JSONResponse({})


async def put_address(request: Request) -> JSONResponse:
    """Say where pushes go: the fields of `Address`."""
    address: Address = _made(Address, await body_of(request))
    world_of(request).pushes.address = address
    return JSONResponse({"url": address.url})


async def plan_verdicts(request: Request) -> JSONResponse:
    """Plan the next verdict, or `times` of them: the other fields of `Plan`."""
    body = await body_of(request)
    times = int(body.pop("times", 1))
    plan: Plan = _made(Plan, body)
    if plan.suggest not in SUGGESTS or plan.spoil not in (None, *SPOILS):
        raise HTTPException(400, f"suggest is one of {SUGGESTS}, spoil one of {SPOILS}")
    world_of(request).pushes.plans.extend([plan] * times)
    return JSONResponse({"planned": len(world_of(request).pushes.plans)})


async def list_checks(request: Request) -> JSONResponse:
    """List the pictures that were to be checked, in order, and what became of their pushes."""
    return JSONResponse({"checks": [check.public() for check in world_of(request).pushes.checks.values()]})


async def deliver(request: Request) -> JSONResponse:
    """Push verdicts now: of the `trace_ids` in that order, or of all; `at_once` sends them side by side."""
    body, pushes = await body_of(request), world_of(request).pushes
    wanted = body.get("trace_ids", list(pushes.checks))
    if pushes.address is None or any(trace not in pushes.checks for trace in wanted):
        raise HTTPException(409, "nobody has said where to, or there is no such check")
    chosen: list[Check] = [pushes.checks[trace] for trace in wanted]
    if body.get("at_once"):
        answers = await asyncio.gather(*(pushes.deliver(check) for check in chosen))
    else:
        answers = [await pushes.deliver(check) for check in chosen]
    return JSONResponse({"answers": answers})


async def send(request: Request) -> JSONResponse:
    """Push any `message`, such as another event; `spoil` it if one likes."""
    body, pushes = await body_of(request), world_of(request).pushes
    if pushes.address is None or body.get("spoil") not in (None, *SPOILS):
        raise HTTPException(409, f"nobody has said where to, or spoil is none of {SPOILS}")
    return JSONResponse({"answers": await pushes.send(body.get("message", {}), body.get("spoil"))})


ROUTES = [
    Route("/sandbox/words", put_word, methods=["POST"]),
    Route("/sandbox/quotas", put_quota, methods=["POST"]),
    Route("/sandbox/push-address", put_address, methods=["POST"]),
    Route("/sandbox/verdicts", plan_verdicts, methods=["POST"]),
    Route("/sandbox/checks", list_checks, methods=["GET"]),
    Route("/sandbox/deliver", deliver, methods=["POST"]),
    Route("/sandbox/send", send, methods=["POST"]),
]
