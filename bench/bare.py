"""Serve one file by a bare route: the limit that the board document is measured against.

The framework, the server and its options, the headers and the bytes are those of the product; nothing is
looked up. Run as `python -m bench.bare <file>`.
"""

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

PATH = "/screens/bare/board.json"


def serve(content: bytes) -> None:
    """Answer every request for a board with the same bytes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    headers = {"etag": '"0123456789abcdef01234567"', "cache-control": "no-cache"}

    async def answer(request: Request) -> Response:
        del request
        return Response(content, media_type="application/json", headers=headers)

    app.add_route("/screens/{key}/board.json", answer, methods=["GET"], include_in_schema=False)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=65)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve(Path(sys.argv[1]).read_bytes())
