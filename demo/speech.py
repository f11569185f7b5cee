"""Talk to the person who started the demo: Chinese first, English after it."""

import json
import sys
from typing import Any, Final

from demo.folder import Folder

_FILES: Final = (
    ("certificate", "参与证书 · certificate"),
    ("poster", "海报 · poster"),
    ("board", "榜单图片 · board as a picture"),
    ("report-zh-xlsx", "活动报告 · report, xlsx"),
    ("report-zh-pdf", "活动报告 · report, PDF"),
    ("report-en-pdf", "英文报告 · report in English"),
)
_GIVEN: Final = {
    "RewardRedeemed": "兑换成功 · redeemed",
    "RewardSoldOut": "已兑完 · sold out",
    "RewardLimitReached": "已达限额 · limit reached",
}


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
    if hung:
        lines += ["    给只会放图片的播放盒 · for players that show only pictures:"]
        lines += [f"      {base}{hung[0]['path']}/current.png?size=1920x1080"]
    return "\n".join(lines)


def sealed(base: str, found: dict[str, Any]) -> str:
    """Say what there is to open of the campaign that was sealed before the week."""
    files = found["files"]
    lines = [
        f"  三周前的活动“{found['title']}”，已封存 · a campaign of three weeks ago, sealed:",
        f"    证书核验页 · verification page (public):\n      {base}{found['verify']}  (?lang=en)",
        f"    已撤回的证书 · of one that was withdrawn (404):\n      {base}{found['withdrawn']}",
    ]
    lines += [f"    {name}:\n      {files[key]}" for key, name in _FILES]
    lines.append(
        f"    封存文件和核对命令 · the seal's file, and what checks it:\n      {files['seal']}\n"
        f"      {sys.executable} -m backend seal check {files['seal']} --digest {found['digest']}"
    )
    lines.append(
        f"    抽奖记录，种子先承诺后公布 · record of the draw, whose seed was committed to before:\n"
        f"      {files['draw']}\n      {sys.executable} -m backend draw check {files['draw']}"
    )
    if found.get("corrected"):
        lines.append(f"    封存后的更正，另列 · corrected since, beside the result:\n      {found['corrected'][0]}")
    for key, name in (("report", "报告 · report"), ("seal", "封存文件 · seal")):
        lines.append(
            f"    {name}，新链接十分钟有效 · a new link, good for ten minutes:\n      {_curl(base, found['ask'][key])}"
        )
    return "\n".join(lines)


def week(base: str, found: dict[str, Any]) -> str:
    """Say what else there is to see of the week."""
    queue = f"{found['files']['queue']}\n      {_curl(base, found['ask']['queue'])}"
    pairing = _curl(base, found["ask"]["pair"])
    lines = [
        "  本周 · this week:",
        f"    日历订阅 · calendar feed:\n      {base}{found['calendar']}  (?lang=en)",
        f"    待审核（看不到姓名） · review queue, blind:\n      {queue}",
        f"    再挂一块屏幕，CODE 换成它的码 · hang another, its code for CODE:\n      {base}/screen\n      {pairing}",
        f"    已确认的明年计划 · confirmed for next year:\n      {found['planned']}",
    ]
    redeemed = "，".join(f"{_GIVEN.get(one, one)} {count}" for one, count in (found["redeemed"] or {}).items())
    told = (
        ("徽章、连续打卡、共同目标 · badge, streak, goal", found["honours"]),
        ("积分兑换 · rewards", redeemed),
        ("碳捐赠 · carbon given to an event", found["event"]),
        ("订阅消息 · a subscribe message that came on a phone", found["notice"]),
    )
    return "\n".join([*lines, *(f"    {name}:\n      {text}" for name, text in told if text)])


def _curl(base: str, ask: dict[str, Any]) -> str:
    body = json.dumps(ask["body"], separators=(",", ":"))
    return (
        f"curl -s {base}/graphql -H 'content-type: application/json'"
        f" -H 'authorization: Bearer {ask['token']}' -d '{body}'"
    )


def where_to_look(base: str, place: Folder, found: dict[str, Any]) -> str:
    """Say where everything is, once the week has been played."""
    shown = [screens(base, found.get("screens", []))]
    shown.append(f"  GraphiQL (浏览器打开；页面脚本取自网络 · its scripts come from the net):\n    {base}/graphql")
    if papers := found.get("papers"):
        shown += [sealed(base, papers), week(base, papers)]
    guest = found.get("guest")
    if guest:
        shown.append(
            f"  以一名职工的身份提问 · ask as a member ({guest['institution']} {guest['name']},"
            f" {guest['points']} 分, {guest['carbon']}):\n"
            f'    {{"Authorization": "Bearer {guest["token"]}"}}\n'
            f"  以活动管理员的身份 · as an organiser ({guest['institution']}):\n"
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
