"""Push the same bytes to whoever is connected: the limit that pushing boards is measured against.

Framework, server and options are the product's; nothing is looked up. Run as `python -m bench.bare_events BYTES RATE`.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/events"


def serve(size: int, rate: float) -> None:
    """Push an event of `size` bytes `rate` times a second to every connection."""
    told = b"event: wall\ndata: " + b"x" * size + b"\n\n"

    async def events(request: Request) -> Response:
        del request

        async def pushed() -> AsyncIterator[bytes]:
            while True:
                yield told
                await asyncio.sleep(1 / rate)

        return EventSourceResponse(pushed(), ping=0)

    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    app = Starlette(routes=[Route(PATH, events)])
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]))
