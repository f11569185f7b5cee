"""Why a draw is not announced, a ticket not sold, a prize not given."""

from backend.core.errors import Problem


class DrawTooLate(Problem):
    """The campaign has closed: draws are announced, and tickets sold, before."""

    zh = "“{campaign}”已结束打卡，抽奖须在此之前公布、购券。"
    en = "'{campaign}' has closed: draws are announced, and tickets sold, before that."


class DrawEnded(Problem):
    """The draw was made or cancelled."""

    zh = "该抽奖{how}，不能再更改。"
    en = "This draw {how}: it stands."


class TicketsNotSold(Problem):
    """This draw has no tickets to buy."""

    zh = "该抽奖不售抽奖券，达到打卡次数即自动参加。"
    en = "No tickets are sold for this draw: who has enough acts takes part."


class TicketLimitReached(Problem):
    """One member may buy no more tickets of it."""

    zh = "每人最多购买 {limit} 张抽奖券，您已购 {count} 张。"
    en = "One member may buy {limit} tickets; you have {count}."


class PrizeLapsed(Problem):
    """The prize was not claimed in time and went to the next ticket."""

    zh = "领奖已于 {until} 截止，奖品已顺延。"
    en = "The prize was to be claimed until {until}: it went to the next ticket."
