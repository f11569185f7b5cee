"""Run the sandbox: `python -m demo.wechat_sandbox --port 0 --app-id … --app-secret …` prints its port."""

import argparse
import socket
import time
from dataclasses import replace
from pathlib import Path

import uvicorn

from backend.core.clock import FileClock
from demo.wechat_sandbox.app import create_app
from demo.wechat_sandbox.pushes import Address


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo.wechat_sandbox", description="A sandbox that speaks WeChat's protocol.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the port is printed")
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--app-secret", required=True)
    parser.add_argument("--users", type=Path, help="a JSON list of people")
    parser.add_argument("--clock", type=Path, help="a simulated clock's file, as the service shares one")
    parser.add_argument("--push-url", help="where verdicts and other events are pushed")
    parser.add_argument("--push-token", default="")
    parser.add_argument("--push-key", default="", help="the EncodingAESKey")
    parser.add_argument("--resend-seconds", type=float, default=5, help="pause before a push is sent again")
    return parser.parse_args()


def main() -> None:
    """Listen on the loopback interface only, print the port, and serve until stopped."""
    arguments = _arguments()
    now = FileClock(arguments.clock).now if arguments.clock else None
    told = (lambda: now().timestamp()) if now else time.time
    app = create_app(arguments.app_id, arguments.app_secret, arguments.users, told)
    if arguments.push_url:
        address = Address(arguments.push_url, arguments.push_token, arguments.push_key)
        app.state.world.pushes.address = replace(address, resend_seconds=arguments.resend_seconds)
    # No access log: the protocol carries secrets in its URLs.
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none")
    with socket.create_server(("127.0.0.1", arguments.port), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
