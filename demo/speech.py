"""Talk to the person who started the demo: Chinese first, English after it."""

import sys
from typing import Any

from demo.folder import Folder


def say(text: str) -> None:
    """Print a line; a terminal that has gone is no reason to leave things half ended."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):
        # Nobody listens any more; whatever is printed later goes nowhere.
        sys.stdout = sys.stderr


def screens(base: str, hung: list[dict[str, str]]) -> str:
    """List the pages of the screens."""
    lines = ["  食堂大屏 · canteen screens (live boards, no sign-in):"]
    for one in hung:
        lines += [f"    {one['institution']}{one['place']}  {one['campaign']}", f"      {base}{one['path']}"]
    return "\n".join(lines)


def where_to_look(base: str, place: Folder, found: dict[str, Any]) -> str:
    """Say where everything is, once the week has been played."""
    shown = [screens(base, found.get("screens", []))]
    shown.append(f"  GraphiQL (浏览器打开；页面脚本取自网络 · its scripts come from the net):\n    {base}/graphql")
    guest = found.get("guest")
    if guest:
        shown.append(
            f"  以一名职工的身份提问 · ask as a member ({guest['institution']} {guest['name']},"
            f" {guest['points']} 分, {guest['carbon']}):\n"
            f'    {{"Authorization": "Bearer {guest["token"]}"}}\n'
            f"  以活动管理员的身份 · as an organiser:\n"
            f'    {{"Authorization": "Bearer {guest["organiser_token"]}"}}'
        )
        if guest["sentence"]:
            shown.append(f"  每一笔都能解释 · every entry is explained:\n    {guest['sentence']}")
    shown.append(
        f"  核对账目 · check the books:\n    set -a; . {place.environment}; set +a; {sys.executable} -m backend verify"
    )
    shown.append(
        "  停止：Ctrl-C；再次运行接着用，不会重复 · stop with Ctrl-C; the next start resumes\n"
        "  重新开始 · start afresh: FRESH=1 make demo"
    )
    return "\n".join(shown)
