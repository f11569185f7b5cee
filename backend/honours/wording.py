"""What a member is told of a streak: what keeps it alive, what it forgives, what is not published yet."""

from datetime import timedelta

from backend.campaigns.queries import Running
from backend.campaigns.theme_sheet import Grace
from backend.core import clock
from backend.core.text import Text
from backend.honours.streaks import Day, Streak

UNPUBLISHED = Text(
    "该年度节假日安排尚未公布，暂按周一至周五为工作日；公布后只会放宽，不会变严。",
    "The year's holidays are not published yet: Mondays to Fridays are taken as workdays. Once they are, days can only"
    " be freed.",
)
_LAST_MOMENT = timedelta(minutes=1)  # "until 24:00" is shown as 23:59 of the day that people mean


def grace(given: Grace | None) -> Text | None:
    """Say what is forgiven."""
    if given is None:
        return None
    return Text(
        f"任意 {given.in_days} 天内缺 {given.missed} 天不算中断",
        f"{given.missed} missed in any {given.in_days} days is forgiven",
    )


def hint(streak: Streak, own: Running) -> Text:
    """Say what keeps a streak alive, or what begins one."""
    if streak.next is None:
        return Text(f"共连续 {streak.current} 天", f"{streak.current} days in a row in the end")
    day, until = _day(streak.next), _until(streak.next, own)
    if streak.current == 0:
        return Text(f"{day}（{until} 前）打一次卡，从第 1 天开始", f"Act on {day} (report it by {until}) to begin")
    if streak.spare:
        return Text(
            f"已连续 {streak.current} 天，下一天是 {day}（{until} 前可报），缺了也不会中断",
            f"{streak.current} days in a row; the next is {day} (by {until}), and missing it breaks nothing",
        )
    return Text(
        f"已连续 {streak.current} 天，{day} 打卡（{until} 前）就能接上",
        f"{streak.current} days in a row; an act on {day} (reported by {until}) goes on with it",
    )


def _day(following: Day) -> str:
    return following.day.isoformat()


def _until(following: Day, own: Running) -> str:
    assert following.until is not None, "a day that can still be done has an end"
    local = (following.until - _LAST_MOMENT).astimezone(clock.zone(own.campaign.time_zone))
    return local.strftime("%m-%d %H:%M")
