"""What holds of every kind of check-in, found by itself, and known numbers of those that count carbon.

A new module in `kinds/` is tested here without being named here.
"""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from backend.carbon import factors, method
from backend.checkins import details as details_of
from backend.checkins.errors import DetailInvalid
from backend.checkins.kind import Details, Kind, all_kinds
from backend.checkins.proof import Proof
from backend.core import paths
from backend.core.text import LOCALES, Text
from tests.checkins.examples import accepted, numeric, properties, schema_of

FACTORS = factors.load(paths.folder("campaigns") / "factors.toml")
METHOD = (paths.folder("campaigns").parent / "docs" / "method.md").read_text(encoding="utf-8")
DAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
EVERY_KIND = [pytest.param(kind, id=key) for key, kind in all_kinds().items()]
of_every_kind = pytest.mark.parametrize("kind", EVERY_KIND)

AnyKind = Kind[Details]


def read_examples(kind: AnyKind) -> list[Details]:
    """Return every accepted example as the kind's own type."""
    return [details_of.read(kind, one) for one in accepted(kind)]


def is_both(text: Text) -> bool:
    """Tell whether a text is there in both languages, each in its own letters."""
    return bool(text.zh) and any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) and text.en.isascii()


@of_every_kind
def test_a_kind_has_a_title_and_says_how_its_carbon_is_counted_in_both_languages(kind: AnyKind) -> None:
    assert is_both(kind.title)
    assert is_both(kind.carbon_note)
    assert all(is_both(window.title) for window in kind.windows)
    assert [kind.title.in_(locale) for locale in LOCALES] == [kind.title.zh, kind.title.en]
    assert len(kind.key) <= 32
    assert len(kind.act_class) <= 32


@of_every_kind
def test_the_schema_that_clients_see_is_json_and_closed(kind: AnyKind) -> None:
    schema = schema_of(kind)

    assert json.loads(json.dumps(schema)) == schema
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False


@of_every_kind
def test_a_detail_that_the_kind_does_not_have_is_refused_by_name(kind: AnyKind) -> None:
    example = accepted(kind)[0] | {"points": 1000}

    with pytest.raises(DetailInvalid) as caught:
        details_of.read(kind, example)

    assert caught.value.fields["field"] == "points"
    assert "没有这一项" in caught.value.text("zh-CN")
    assert "there is no such detail" in caught.value.text("en")


@of_every_kind
def test_every_choice_of_every_detail_is_in_some_act_that_is_accepted(kind: AnyKind) -> None:
    examples = accepted(kind)

    for name, schema in properties(kind).items():
        for choice in schema.get("enum", ()):
            assert any(one[name] == choice for one in examples), f"{name}={choice}"
    assert examples


@of_every_kind
def test_what_was_read_is_kept_as_json_and_read_again(kind: AnyKind) -> None:
    for details in read_examples(kind):
        assert details_of.read(kind, json.loads(details.model_dump_json())) == details


@of_every_kind
def test_a_missing_required_detail_is_named_in_both_languages(kind: AnyKind) -> None:
    example = accepted(kind)[0]

    for name in schema_of(kind).get("required", ()):
        with pytest.raises(DetailInvalid) as caught:
            details_of.read(kind, {key: value for key, value in example.items() if key != name})
        assert caught.value.text("zh-CN") == f"“{name}”填写有误：缺少该项"
        assert caught.value.text("en") == f"'{name}' cannot be accepted: it is missing"


@of_every_kind
@pytest.mark.parametrize("wrong", ["nonsense", "", None, [], {}, 3.7, "＜script＞" * 999])
def test_a_choice_that_there_is_not_is_refused_by_name(kind: AnyKind, wrong: Any) -> None:
    example = accepted(kind)[0]

    for name in (name for name, schema in properties(kind).items() if "enum" in schema):
        with pytest.raises(DetailInvalid) as caught:
            details_of.read(kind, example | {name: wrong})
        assert caught.value.fields["field"] == name
        assert len(caught.value.text("zh-CN")) < 200


@of_every_kind
@pytest.mark.parametrize(
    "amount", [0, -1, -0.001, float("nan"), float("inf"), "NaN", "-Infinity", "1e9", 10**12, "many", None, True, [1]]
)
def test_an_amount_that_cannot_be_is_refused_by_name(kind: AnyKind, amount: Any) -> None:
    example = accepted(kind)[0]

    for name in numeric(kind):
        with pytest.raises(DetailInvalid) as caught:
            details_of.read(kind, example | {name: amount})
        assert caught.value.fields["field"] == name
        assert all(name in caught.value.text(locale) for locale in LOCALES)


@of_every_kind
def test_a_slot_is_settled_by_the_details_and_the_time_and_fits_its_column(kind: AnyKind) -> None:
    for details in read_examples(kind):
        for hour in range(24):
            at = NOON.replace(hour=hour)
            slot = kind.slot(details, at)
            assert slot == kind.slot(details, at)
            assert slot is None or 1 <= len(slot) <= 40


@of_every_kind
def test_the_hours_of_a_kind_do_not_overlap_and_outside_them_there_is_no_slot(kind: AnyKind) -> None:
    details = read_examples(kind)[0]
    midnight = NOON.replace(hour=0)

    assert all(earlier.shuts <= later.opens for earlier, later in pairwise(kind.windows))
    for minute in range(0, 24 * 60, 10) if kind.windows else ():
        at = midnight + timedelta(minutes=minute)
        inside = [window.slot for window in kind.windows if window.holds(at.time())]
        assert [slot for slot in (kind.slot(details, at),) if slot] == inside


@of_every_kind
def test_an_act_has_a_finite_amount_above_nothing(kind: AnyKind) -> None:
    for details in read_examples(kind):
        quantity = kind.quantity(details)
        assert isinstance(quantity.amount, Decimal)
        assert quantity.amount.is_finite()
        assert quantity.amount > 0


@of_every_kind
def test_every_factor_that_a_kind_names_may_be_credited_and_is_used(kind: AnyKind) -> None:
    used = {counted.factor_key for details in read_examples(kind) if (counted := kind.carbon(details))}

    assert [FACTORS.get(key, DAY).use for key in kind.factor_keys] == ["credit"] * len(kind.factor_keys)
    assert used == set(kind.factor_keys)


@of_every_kind
def test_carbon_is_counted_in_the_factors_own_unit_by_every_proof(kind: AnyKind) -> None:
    for details in read_examples(kind):
        counted = kind.carbon(details)
        if counted is None:
            continue
        percents = [counted.evidence_percent[proof] for proof in Proof]
        assert counted.quantity.unit == FACTORS.get(counted.factor_key, DAY).per_unit
        assert percents == sorted(percents), "a stronger proof is never worth less"
        assert 0 <= percents[0] < percents[-1] == 100


@of_every_kind
def test_a_kind_without_an_honest_factor_says_that_it_is_points_only(kind: AnyKind) -> None:
    assert ("只计积分" in kind.carbon_note.zh) >= (not kind.factor_keys)
    assert ("points only" in kind.carbon_note.en.lower()) >= (not kind.factor_keys)


def test_what_a_unit_owns_is_nobodys_personal_act() -> None:
    ewaste = all_kinds()["ewaste"]
    device = {"category": "laptop", "disposition": "reuse", "data_bearing": True}

    assert ewaste.personal(details_of.read(ewaste, device | {"owner": "personal"}))
    assert not ewaste.personal(details_of.read(ewaste, device | {"owner": "unit"}))


@pytest.mark.parametrize("disposition", ["parts", "material", "destroyed", "undecided"])
def test_a_phone_that_is_not_sold_again_avoids_nothing_that_is_known(disposition: str) -> None:
    ewaste = all_kinds()["ewaste"]
    phone = {"category": "phone", "owner": "personal", "disposition": disposition}

    assert ewaste.carbon(details_of.read(ewaste, phone)) is None


@of_every_kind
def test_the_method_document_tells_each_factor_with_its_value(kind: AnyKind) -> None:
    for key in kind.factor_keys:
        factor = FACTORS.get(key, DAY)
        assert f"| `{key}` | {factor.value:f} {factor.unit} |" in METHOD


def trip(mode: str, distance: str) -> dict[str, str]:
    """Return the details of a trip to work."""
    return {"mode": mode, "distance": distance, "direction": "to_work"}


KNOWN = [
    ("commute", trip("walk", "from_1_km"), Proof.SELF_DECLARED, "52"),
    ("commute", trip("cycle", "from_3_km"), Proof.CODE, "285.9"),
    ("commute", trip("bus", "from_5_km"), Proof.CODE, "260"),
    ("commute", trip("metro", "from_5_km"), Proof.CODE, "360"),
    ("commute", trip("metro", "from_10_km"), Proof.SELF_DECLARED, "360"),
    ("commute", trip("walk", "from_0_5_km"), Proof.SELF_DECLARED, "26"),
    ("paperless", {"sheets": 10}, Proof.SELF_DECLARED, "26"),
    ("paperless", {"sheets": 100}, Proof.CONFIRMED, "520"),
    ("recyclables", {"material": "pet", "kilograms": "2"}, Proof.CONFIRMED, "3300"),
    ("recyclables", {"material": "pet", "kilograms": "2"}, Proof.SELF_DECLARED, "0"),
    ("recyclables", {"material": "pet", "kilograms": "2"}, Proof.CODE, "0"),
    ("recyclables", {"material": "aluminium", "kilograms": "0.015"}, Proof.CONFIRMED, "121.812"),
    ("recyclables", {"material": "board", "kilograms": "1.005"}, Proof.CONFIRMED, "102.108"),
    ("ewaste", {"category": "phone", "owner": "personal", "disposition": "reuse"}, Proof.CONFIRMED, "25000"),
    ("ewaste", {"category": "phone", "owner": "personal", "disposition": "reuse"}, Proof.SELF_DECLARED, "0"),
]


@pytest.mark.parametrize(("key", "details", "proof", "grams"), KNOWN)
def test_a_known_act_avoids_what_it_is_known_to_avoid(
    key: str, details: dict[str, Any], proof: Proof, grams: str
) -> None:
    kind = all_kinds()[key]

    counted = kind.carbon(details_of.read(kind, details))
    assert counted
    sum_ = method.avoided(
        counted.quantity.amount,
        counted.quantity.unit,
        FACTORS.get(counted.factor_key, DAY),
        counted.evidence_percent[proof],
    )

    assert method.grams(sum_.carbon_mg) == Decimal(grams)


@pytest.mark.parametrize(
    ("mode", "distance"),
    [("walk", "from_3_km"), ("walk", "from_10_km"), ("cycle", "from_10_km")],
)
def test_a_trip_that_nobody_would_believe_is_refused_with_the_longest_that_is(mode: str, distance: str) -> None:
    with pytest.raises(DetailInvalid) as caught:
        details_of.read(all_kinds()["commute"], trip(mode, distance))

    assert caught.value.fields["field"] == "distance"
    assert "最远可选 from_" in caught.value.text("zh-CN")


@pytest.mark.parametrize(("kilograms", "fits"), [("0.001", True), ("200", True), ("200.001", False), ("0.0005", False)])
def test_a_weight_is_told_to_the_gram_and_up_to_two_hundred_kilograms(kilograms: str, *, fits: bool) -> None:
    kind = all_kinds()["recyclables"]
    details = {"material": "paper", "kilograms": kilograms}

    if fits:
        assert kind.quantity(details_of.read(kind, details)).amount == Decimal(kilograms)
        return
    with pytest.raises(DetailInvalid):
        details_of.read(kind, details)
