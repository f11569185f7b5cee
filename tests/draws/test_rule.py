"""Anybody can compute a draw anew: the rule needs nothing but what is published, and catches whatever was changed."""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from backend.__main__ import cli
from backend.draws import rule

SEED, SEAL = "5eed" * 16, "5ea1" * 16


def record(tickets: int = 20) -> dict[str, Any]:
    """Return what is published of a draw of three prizes, made as the recipe says, without our code."""
    ordered = sorted(
        range(1, tickets + 1), key=lambda number: hashlib.sha256(f"{SEED}|{SEAL}|{number}".encode()).hexdigest()
    )
    prizes = [1, 2, 2]
    return {
        "format": "tanhui-draw-1",
        "commitment": hashlib.sha256(SEED.encode()).hexdigest(),
        "seed": SEED,
        "seal": SEAL,
        "tickets": list(range(1, tickets + 1)),
        "prizes": [{"place": 1, "title": "车", "pieces": 1}, {"place": 2, "title": "杯", "pieces": 2}],
        "awards": [
            {"rank": place + 1, "ticket": number, "prize": prize, "lapsed": False}
            for place, (number, prize) in enumerate(zip(ordered, prizes, strict=False))
        ],
    }


def test_a_draw_made_by_the_recipe_is_as_the_rule_says() -> None:
    assert rule.check(record()) == []
    assert rule.check(record(tickets=2)) == []  # fewer tickets than prizes
    assert rule.check(record() | {"prizes": record()["prizes"][::-1]}) == []  # prizes go by their places


def test_a_prize_that_lapsed_goes_to_the_next_ticket() -> None:
    passed_on = record()
    passed_on["awards"][1]["lapsed"] = True
    fourth = rule.order(SEED, SEAL, passed_on["tickets"])[3]

    missing = rule.check(passed_on)
    passed_on["awards"].append({"rank": 4, "ticket": fourth, "prize": 2, "lapsed": False})

    assert "awards: there is not one for each prize" in missing[0]
    assert rule.check(passed_on) == []
    passed_on["awards"][3]["prize"] = 1
    assert rule.check(passed_on) == ["awards: a prize was passed on that had not lapsed"]


def _other_ticket(found: dict[str, Any]) -> None:
    found["awards"][0]["ticket"] = next(
        number for number in found["tickets"] if number not in {one["ticket"] for one in found["awards"]}
    )


Change = Callable[[dict[str, Any]], Any]
CHANGES: dict[str, tuple[Change, str]] = {
    "the seed": (lambda found: found.update(seed="beef" * 16), "seed: its SHA-256 is not the commitment"),
    "the commitment": (lambda found: found.update(commitment="0" * 64), "seed: its SHA-256 is not the commitment"),
    "the seal": (lambda found: found.update(seal="none"), "seal: not the digest of a sealed result"),
    "a longer seal": (lambda found: found.update(seal=SEAL + "0"), "seal: not the digest of a sealed result"),
    "another seal": (lambda found: found.update(seal="beef" * 16), "rank "),
    "a ticket twice": (lambda found: found["tickets"].append(1), "tickets: a number stands there twice"),
    "a ticket dropped": (lambda found: found["tickets"].remove(found["awards"][0]["ticket"]), "rank 1: ticket "),
    "another winner": (_other_ticket, "rank 1: ticket "),
    "prizes swapped": (lambda found: found["awards"][0].update(prize=2), "awards: the first prizes"),
    "a prize without pieces": (lambda found: found["prizes"][1].update(pieces=0), "prizes.1.pieces: "),
    "a prize kept back": (lambda found: found["awards"].pop(), "awards: there is not one for each prize"),
    "no seed": (lambda found: found.pop("seed"), "seed: Field required"),
    "a text for a number": (lambda found: found["tickets"].append("7"), "tickets.20: "),
    "another format": (lambda found: found.update(format="raffle"), "format: this is not tanhui-draw-1"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_in_a_record_is_found(change: str) -> None:
    found = deepcopy(record())
    how, said = CHANGES[change]

    how(found)

    assert any(line.startswith(said) for line in rule.check(found)), rule.check(found)


@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_every_ticket_has_one_place_whatever_the_order_they_are_listed_in(
    numbers: set[int], seed: str, seal: str
) -> None:
    in_order = rule.order(seed, seal, numbers)

    assert sorted(in_order) == sorted(numbers)
    assert rule.order(seed, seal, sorted(numbers, reverse=True)) == in_order


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (json.dumps(record()).encode(), 0, "20 tickets, 3 awards: as the rule says"),
        (json.dumps(record() | {"seed": "x"}).encode(), 1, "its SHA-256 is not the commitment"),
        (b"[]", 1, "valid dictionary"),
        (b"{", 2, "not JSON in UTF-8"),
        (b"\xff\xfe", 2, "not JSON in UTF-8"),
    ],
)
def test_the_command_checks_a_file_and_says_what_is_wrong(tmp_path: Path, content: bytes, code: int, said: str) -> None:
    path = tmp_path / "draw.json"
    path.write_bytes(content)

    ended = CliRunner().invoke(cli, ["draw", "check", str(path)])

    assert ended.exit_code == code
    assert said in ended.output
