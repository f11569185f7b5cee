"""The terms of a sum, kept with each transfer as JSON, and told as a sentence in either language."""

import json
from dataclasses import dataclass, field
from decimal import Decimal

from backend.carbon import method
from backend.carbon.method import Calculation
from backend.core.text import Locale, Text
from backend.points.tables import CARBON_MG, POINTS


@dataclass(frozen=True)
class PointsTerms:
    """How the points of one act came about: `base` × `units` × proof credit × the day's factor, then caps."""

    base: int  # whole points for one act, or for one unit
    units: str  # "1" for an act, else a quantity as decimal text
    unit: str  # "act", "kg", "sheet" …
    proof_percent: int
    day_percent: int = 100
    special_day: str | None = None
    before_cap: int = 0
    day_cap: int | None = None  # set when the campaign's daily limit cut the sum
    budget_left: int | None = None  # set when no more than this was left of the campaign's budget

    def sentence(self, amount: int, locale: Locale) -> str:
        """Tell the sum, as in "10 points × 50% (proof) = 5"."""
        zh = locale == "zh-CN"
        terms = [f"{self.base} {'分' if zh else 'points'}"]
        if self.unit != "act":
            terms.append(f"{self.units} {method.UNIT_WORDS[locale].get(self.unit, self.unit)}")
        terms.append(f"{self.proof_percent}%{'（凭证）' if zh else ' (proof)'}")
        if self.day_percent != 100:  # noqa: PLR2004 - a hundred per cent changes nothing and is not told
            terms.append(f"{self.day_percent}%{'（主题日）' if zh else ' (special day)'}")
        told = f"{' × '.join(terms)} {'=' if self._is_exact() else '≈'} {self.before_cap}"
        if self.budget_left is not None:
            left = (
                f"，活动积分预算已用完，计 {amount}" if zh else f", cut to {amount}: the campaign's budget is used up"
            )
            return told + left
        if self.day_cap is None:
            return told
        cap = (
            f"，每日上限 {self.day_cap} 分，计 {amount}"
            if zh
            else f", cut to {amount} by the daily limit of {self.day_cap}"
        )
        return told + cap

    def _is_exact(self) -> bool:
        return self.base * Decimal(self.units) * self.proof_percent * self.day_percent == self.before_cap * 10_000


@dataclass(frozen=True)
class ReversalTerms:
    """Why a transfer was undone: by whom (a member's number, or nobody: the rules) and for what reason."""

    reason: str
    by_member: int | None = None
    code: str = field(default="organiser")  # organiser, review, correction, given-back, or a key of _BY_THE_RULES
    reason_en: str | None = None  # where the reason is one of ours, which has words in both languages

    def sentence(self, amount: str, locale: Locale) -> str:
        """Tell the reason."""
        zh = locale == "zh-CN"
        if self.code in _BY_THE_RULES:
            why = _BY_THE_RULES[self.code].in_(locale)
            return f"{why}，冲回 {amount}" if zh else f"{why}; {amount} taken back"
        reason = self.reason if zh or self.reason_en is None else self.reason_en
        if self.code == "given-back":
            return f"退回 {amount}，原因：{reason}" if zh else f"{amount} given back: {reason}"
        if self.code == "review":
            return f"审核未通过，冲回 {amount}：{reason}" if zh else f"{amount} taken back by review: {reason}"
        return f"冲回 {amount}，原因：{reason}" if zh else f"{amount} taken back: {reason}"


@dataclass(frozen=True)
class RestatedTerms:
    """Why what an act earned was offset: other rules, from which version on, and the sums before and after."""

    version: int
    reason: str
    before: int  # points, or milligrams CO2e
    after: int
    was: str | None = None  # the terms that valued it before, as `to_json` wrote them; None: it earned nothing
    now: str | None = None

    def sentence(self, locale: Locale, ledger: str) -> str:
        """Tell both sums and the reason."""
        was, now = self._told(self.was, self.before, locale, ledger), self._told(self.now, self.after, locale, ledger)
        if locale == "zh-CN":
            return f"按第 {self.version} 版规则重算：原 {was}；现 {now}。原因：{self.reason}"
        return f"Restated by version {self.version} of the rules: {was} before, {now} now. Reason: {self.reason}"

    @staticmethod
    def _told(terms: str | None, amount: int, locale: Locale, ledger: str) -> str:
        shown = _shown(amount, ledger)
        if terms is None:
            return shown
        told = sentence(from_json(terms), amount, locale, ledger)
        return f"{shown}（{told}）" if locale == "zh-CN" else f"{shown} ({told})"


@dataclass(frozen=True)
class AdjustmentTerms:
    """Why two people moved points by hand."""

    reason: str
    proposed_by: int
    agreed_by: int

    def sentence(self, amount: int, locale: Locale) -> str:
        """Tell the reason."""
        if locale == "zh-CN":
            return f"经两人核准，人工调整 {amount}，原因：{self.reason}"
        return f"{amount} adjusted by hand, agreed by two people: {self.reason}"


_BY_THE_RULES = {
    "stronger-proof": Text("已由更强的凭证取代", "replaced by a stronger proof"),
    "grown": Text("当天的数据已增加，按新的数量重计", "the day's count has grown and is counted anew"),
    "trip": Text("当天已记绿色出行，步数与出行同日只计一项", "a trip of the same day counts instead of the steps"),
}


@dataclass(frozen=True)
class SpendingTerms:
    """What a member gave points or carbon for: a key of _USES, and what it is called in both languages."""

    use: str
    zh: str
    en: str

    def sentence(self, amount: str, locale: Locale) -> str:
        """Tell what it was for."""
        return _USES[self.use].in_(locale, amount=amount, what=self.zh if locale == "zh-CN" else self.en)


_USES = {
    "reward": Text("兑换“{what}”，用去 {amount} 积分", "{amount} points for '{what}'"),
    "tickets": Text("购买“{what}”抽奖券，用去 {amount} 积分", "{amount} points for tickets of the draw of '{what}'"),
    "donation": Text("向“{what}”捐赠估算减排量 {amount}", "an estimated {amount} of avoided carbon given to '{what}'"),
}


@dataclass(frozen=True)
class ExpiryTerms:
    """Points that were not spent in time: `year` is the one at whose end they expired."""

    year: int

    def sentence(self, amount: str, locale: Locale) -> str:
        """Tell when they expired."""
        expired = Text("{amount} 积分于 {year} 年底到期失效", "{amount} points expired at the end of {year}")
        return expired.in_(locale, amount=amount, year=self.year)


Terms = PointsTerms | Calculation | ReversalTerms | RestatedTerms | AdjustmentTerms | SpendingTerms | ExpiryTerms
_KINDS: dict[str, type[Terms]] = {
    "points": PointsTerms,
    "carbon": Calculation,
    "reversal": ReversalTerms,
    "restated": RestatedTerms,
    "adjustment": AdjustmentTerms,
    "spending": SpendingTerms,
    "expiry": ExpiryTerms,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
# What terms have gained since the first release: left out where unused, so that their text stays as it was.
_LATER = {"budget_left"}


def to_json(terms: Terms) -> str:
    """Write terms as text that `from_json` reads back unchanged."""
    content = {name: value for name, value in vars(terms).items() if value is not None or name not in _LATER}
    document = {"terms": _NAMES[type(terms)], **content}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, default=_decimal_text)


def from_json(text: str) -> Terms:
    """Read what `to_json` wrote."""
    document = json.loads(text)
    kind = _KINDS[document.pop("terms")]
    if kind is Calculation:
        document |= {name: Decimal(document[name]) for name in ("quantity", "factor_value")}
    return kind(**document)


def sentence(terms: Terms, amount: int, locale: Locale, ledger: str = POINTS) -> str:
    """Tell the sum behind an amount (whole points, or on the other ledger milligrams CO2e) in that language."""
    if isinstance(terms, Calculation):
        return terms.sentence(locale)
    if isinstance(terms, RestatedTerms):
        return terms.sentence(locale, ledger)
    if isinstance(terms, PointsTerms | AdjustmentTerms):
        return terms.sentence(amount, locale)
    return terms.sentence(_shown(amount, ledger), locale)


def _shown(amount: int, ledger: str) -> str:
    return f"{method.grams(amount).normalize():f} g" if ledger == CARBON_MG else str(amount)


def _decimal_text(value: object) -> str:
    assert isinstance(value, Decimal), f"terms hold text, whole numbers and decimals only, not {value!r}"
    return f"{value:f}"
