"""Build the sandbox."""

import time
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.wechat_sandbox import content_control, control, notice_control, platform
from demo.wechat_sandbox.checks import Quotas, Words
from demo.wechat_sandbox.credentials import Credentials
from demo.wechat_sandbox.faults import Faults, Weather
from demo.wechat_sandbox.notices import Notices
from demo.wechat_sandbox.people import People
from demo.wechat_sandbox.pushes import Pushes
from demo.wechat_sandbox.wecom import Corp

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(
    app_id: str, app_secret: str, users: Path | None = None, now: Callable[[], float] = time.time
) -> Starlette:
    """Return the ASGI program; `users` is a JSON list of people, `now` gives seconds since 1970."""
    faults = Faults()
    credentials, pushes = Credentials(app_id, app_secret, now), Pushes(app_id, now)
    people = People(now)
    told, corp = Notices(people, now), Corp(app_id, now)
    world = platform.World(credentials, people, faults, now, Quotas(now), Words(), pushes, told, corp)
    if users is not None:
        world.people.load(users)

    async def everything_else(request: Request) -> Response:
        return await platform.answer(world, request)

    app = Starlette(
        routes=[
            *control.ROUTES,
            *content_control.ROUTES,
            *notice_control.ROUTES,
            Route("/{path:path}", everything_else, methods=METHODS),
        ],
        middleware=[Middleware(Weather, faults=faults)],
    )
    app.state.world = world
    return app
