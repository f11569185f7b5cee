"""Turn figures into what a report says, section by section, in one language."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from backend.carbon import method
from backend.checkins.kind import all_kinds
from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.reports import compliance, words
from backend.reports.content import Cell, Column, Content, Number, Section, change, kg, share
from backend.reports.figures import Compared, Comparison, Counts, Figures, RuleVersion, Total, Worth

_MILLI = Decimal("0.001")


def content_of(figures: Figures, locale: Locale) -> Content:
    """Return what the report says."""
    running = figures.scope.running
    campaign = running.campaign
    told = Content(
        locale=locale,
        title=words.REPORT.in_(locale),
        campaign=running.rules.title.in_(locale),
        unit=figures.scope.name,
        period=f"{campaign.starts_on} – {campaign.ends_on}",
        made=_instant(figures.as_of),
        standing=standing(figures.worth, locale),
        digest=figures.sealed.digest if figures.sealed else None,
    )
    return Content(**vars(told) | {"sections": tuple(_sections(figures, told))})


def _instant(at: datetime) -> str:
    return f"{at.astimezone(clock.zone(SHOWN_ZONE)):%Y-%m-%d %H:%M}"


def standing(known: Worth, locale: Locale) -> str:
    """Say what the figures are worth."""
    if known.sealed is not None:
        return words.SEALED.in_(locale, at=_instant(known.sealed.at), digest=known.sealed.digest)
    return words.STANDING[known.scope.running.campaign.state].in_(locale)


def _sections(figures: Figures, told: Content) -> Iterator[Section]:
    locale = told.locale
    yield _summary(figures, told)
    if figures.counts is not None:
        yield from _counted(figures, figures.counts, locale)
    yield _rules(figures.rules, told)
    yield compliance.section(figures, locale)


def _counted(figures: Figures, counts: Counts, locale: Locale) -> Iterator[Section]:
    yield _days(figures, counts, locale)
    yield _groups(figures, counts, locale)
    yield _kinds(counts, locale)
    yield _methods(counts, locale)
    yield _proofs(counts, locale)
    yield _review(counts, locale)
    if counts.comparison is not None:
        yield _comparison(counts.comparison, locale)
    if counts.corrections is not None:
        since = counts.corrections
        rows: list[tuple[Text, Cell]] = [
            (words.TRANSFERS, since.transfers),
            (words.NET_POINTS, since.points),
            (words.NET_CARBON, kg(since.carbon_mg)),
        ]
        yield _pairs("corrections", words.CORRECTIONS, rows, locale, words.SINCE.in_(locale))


def _pairs(key: str, title: Text, rows: list[tuple[Text, Cell]], locale: Locale, *notes: str) -> Section:
    columns = (Column(words.ITEM.in_(locale), 24), Column(words.VALUE.in_(locale), 36))
    told = tuple((name.in_(locale), cell) for name, cell in rows)
    return Section(key, title.in_(locale), columns, told, notes)


def _table(
    key: str, title: Text, columns: list[tuple[Text, int, bool]], rows: list[tuple[Cell, ...]], locale: Locale,
    *notes: str,
) -> Section:  # fmt: skip
    heads = tuple(Column(one.in_(locale), width, is_number) for one, width, is_number in columns)
    return Section(key, title.in_(locale), heads, tuple(rows), notes)


def _summary(figures: Figures, told: Content) -> Section:
    locale, counts, budget = told.locale, figures.counts, figures.budget
    rows: list[tuple[Text, Cell]] = [
        (words.CAMPAIGN, told.campaign),
        (words.UNIT, told.unit),
        (words.PERIOD, told.period),
        (words.MADE, told.made),
        (words.STATUS, told.standing),
    ]
    notes = [words.ESTIMATE.in_(locale)]
    if counts is None:
        notes.insert(0, words.TOO_FEW.in_(locale, threshold=figures.threshold))
    else:
        rows += [
            (words.PARTICIPANTS, counts.participants),
            (words.ACTS, counts.total.acts),
            (words.POINTS, counts.total.points),
            (words.CARBON, kg(counts.total.carbon_mg)),
        ]
        if counts.adjusted_points:
            rows.append((words.BY_HAND, counts.adjusted_points))
    if budget is not None and counts is not None:
        rows += [(words.BUDGET, budget.points), (words.USED, share(budget.used_percent, 100))]
    return _pairs("summary", words.SUMMARY, rows, locale, *notes)


_TOTALS = [(words.ACTS, 10, True), (words.POINTS, 10, True), (words.CARBON, 18, True)]


def _cells(total: Total) -> tuple[Cell, ...]:
    return total.acts, total.points, kg(total.carbon_mg)


def _days(figures: Figures, counts: Counts, locale: Locale) -> Section:
    columns = [(words.DAY, 14, False), *_TOTALS, (words.PARTICIPANTS, 10, True)]
    few = words.FEW.in_(locale, threshold=figures.threshold)
    rows: list[tuple[Cell, ...]] = [
        (one.day, *_cells(one.total), _or(few if one.total.acts else 0, one.participants)) for one in counts.days
    ]
    return _table("days", words.DAYS, columns, rows, locale, words.DAY_FEW.in_(locale, threshold=figures.threshold))


def _or(otherwise: Cell, cell: Cell) -> Cell:
    return otherwise if cell is None else cell


def _groups(figures: Figures, counts: Counts, locale: Locale) -> Section:
    of_departments = figures.scope.has_departments
    group = words.GROUP[of_departments]
    columns = [(group, 30, False), (words.PARTICIPANTS, 10, True), *_TOTALS]
    rows: list[tuple[Cell, ...]] = [(one.name, one.participants, *_cells(one.total)) for one in counts.groups.listed]
    notes = []
    if counts.groups.hidden:
        told = {"hidden": counts.groups.hidden, "threshold": figures.threshold, "group": group.in_(locale)}
        notes.append(words.HIDDEN.in_(locale, **told))
    return _table("groups", words.GROUPS[of_departments], columns, rows, locale, *notes)


def _kinds(counts: Counts, locale: Locale) -> Section:
    known = all_kinds()
    columns = [(words.KIND, 20, False), *_TOTALS, (words.SHARE, 10, True)]
    rows: list[tuple[Cell, ...]] = [
        (
            known[one.kind].title.in_(locale) if one.kind in known else one.kind,
            one.total.acts,
            one.total.points,
            kg(one.total.carbon_mg) if one.total.carbon_mg else None,  # it earns points only
            share(one.total.acts, counts.total.acts),
        )
        for one in counts.kinds
    ]
    return _table("kinds", words.KINDS, columns, rows, locale)


def _methods(counts: Counts, locale: Locale) -> Section:
    columns = [
        (words.METHOD, 26, False),
        (words.CARBON, 18, True),
        (words.AWARDS, 10, True),
        (words.FACTOR, 30, False),
        (words.FACTOR_VALUE, 10, True),
        (words.FACTOR_UNIT, 16, False),
        (words.SOURCE, 40, False),
        (words.CONFIDENCE, 14, False),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            one.name_zh if locale == "zh-CN" else one.name_en,
            kg(one.carbon_mg),
            one.awards,
            f"{one.factor} @{one.version}",
            Number(one.value, "rate"),
            one.unit,
            one.source,
            words.CONFIDENCES[one.confidence].in_(locale),
        )
        for one in counts.methods
    ]
    entries, offset_mg = counts.offsets
    if entries:
        rows.append((words.OFFSETS.in_(locale), kg(offset_mg), entries, *(None,) * 5))
    notes = (words.ESTIMATE.in_(locale), words.UNCOUNTED.in_(locale))
    return _table("methods", words.METHODS, columns, rows, locale, *notes)


def _proofs(counts: Counts, locale: Locale) -> Section:
    columns = [(words.PROOF, 20, False), (words.ACTS, 10, True), (words.SHARE, 10, True)]
    rows: list[tuple[Cell, ...]] = [
        (one.proof.wording.in_(locale), one.acts, share(one.acts, counts.total.acts)) for one in counts.proofs
    ]
    return _table("proofs", words.PROOFS, columns, rows, locale)


def _review(counts: Counts, locale: Locale) -> Section:
    found = counts.evidence
    rows: list[tuple[Text, Cell]] = [
        (words.VALID, found.validity.label.in_(locale)),
        (words.POPULATION, found.validity.population),
        (words.DECIDED, found.validity.decided),
        (words.KNOWN, found.validity.known),
        (words.REFUSED, found.refused),
        (words.APPEALED, found.appealed),
        (words.UPHELD, found.upheld),
    ]
    return _pairs("review", words.REVIEW, rows, locale, words.MEASURED.in_(locale))


def _comparison(found: Comparison, locale: Locale) -> Section:
    now, before = found.now, found.before
    columns = [
        (words.ITEM, 26, False), (words.THIS_YEAR, 24, True), (words.LAST_YEAR, 24, True), (words.CHANGE, 10, True)
    ]  # fmt: skip
    days = tuple(f"{one.starts_on} – {one.ends_on}" for one in (now, before))
    rows: list[tuple[Cell, ...]] = [(words.PERIOD.in_(locale), *days, None)]
    for name, first, second in (
        (words.WORKDAYS, now.workdays, before.workdays),
        (words.PARTICIPANTS, now.participants, before.participants),
        (words.ACTS, now.total.acts, before.total.acts),
        (words.POINTS, now.total.points, before.total.points),
    ):
        rows.append((name.in_(locale), first, second, change(first, second)))
    rows.append(_measured(words.CARBON, kg(now.total.carbon_mg), kg(before.total.carbon_mg), locale))
    rows.append(_measured(words.ACTS_RATE, _rate(now.total.acts, now), _rate(before.total.acts, before), locale))
    grams = [_rate(one.total.carbon_mg // 1000, one) for one in (now, before)]
    rows.append(_measured(words.CARBON_RATE, grams[0], grams[1], locale))
    warnings = (
        (found.is_live, words.STILL_LIVE),
        (found.rules_differ, words.RULES_DIFFER),
        (found.factors_differ, words.FACTORS_DIFFER),
        (not (now.workdays_published and before.workdays_published), words.UNPUBLISHED),
        (True, words.PER_HEAD),
    )
    notes = [text.in_(locale) for holds, text in warnings if holds]
    return _table("comparison", words.COMPARISON, columns, rows, locale, *notes)


def _measured(name: Text, now: Number | None, before: Number | None, locale: Locale) -> tuple[Cell, ...]:
    changed = change(now.value, before.value) if now and before else None
    return name.in_(locale), now, before, changed


def _rate(amount: int, one: Compared) -> Number | None:
    heads = one.people * one.workdays
    return Number(method.ratio(amount, heads).quantize(_MILLI), "rate") if heads else None


def _rules(rules: tuple[RuleVersion, ...], told: Content) -> Section:
    locale = told.locale
    columns = [
        (words.VERSION, 14, True),
        (words.FROM, 20, False),
        (words.RULE_REASON, 34, False),
        (words.RULES_HASH, 33, False),
        (words.FACTORS_HASH, 33, False),
    ]
    rows: list[tuple[Cell, ...]] = [
        (one.version, one.applies_from, _why(one, locale), one.theme_hash, one.factors_hash) for one in rules
    ]
    notes = (told.standing, words.RECOMPUTE.in_(locale)) if told.digest else (told.standing,)
    return _table("rules", words.RULES, columns, rows, locale, *notes)


def _why(one: RuleVersion, locale: Locale) -> str:
    if one.reason is None:
        return words.AS_OPENED.in_(locale)
    return words.RESTATES.in_(locale, reason=one.reason) if one.restates else one.reason
