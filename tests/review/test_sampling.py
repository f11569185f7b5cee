"""The draw's laws: never above capacity, every band represented, by chance that the seed alone decides."""

import hashlib
import math
import random

from hypothesis import given
from hypothesis import strategies as st

from backend.review import sampling
from backend.review.tables import BANDS, HIGH, LOW, MIDDLE

POPULATIONS = st.fixed_dictionaries({band: st.integers(0, 300) for band in BANDS})


@given(POPULATIONS, st.integers(0, 200))
def test_places_are_all_used_and_never_more_than_there_are(populations: dict[str, int], places: int) -> None:
    room = sampling.allocate(populations, places)

    assert sum(room.values()) == min(places, sum(populations.values()))
    assert all(0 <= room[band] <= populations[band] for band in BANDS)


@given(POPULATIONS, st.integers(3, 200))
def test_no_band_with_acts_is_left_out(populations: dict[str, int], places: int) -> None:
    room = sampling.allocate(populations, places)

    assert all(room[band] >= 1 for band in BANDS if populations[band])


def test_half_of_the_places_are_for_the_doubtful_and_unused_room_is_passed_on() -> None:
    assert sampling.allocate({HIGH: 500, MIDDLE: 500, LOW: 500}, 90) == {HIGH: 46, MIDDLE: 22, LOW: 22}
    assert sampling.allocate({HIGH: 10, MIDDLE: 500, LOW: 500}, 90) == {HIGH: 10, MIDDLE: 58, LOW: 22}
    assert sampling.allocate({HIGH: 500, MIDDLE: 0, LOW: 3}, 90) == {HIGH: 87, MIDDLE: 0, LOW: 3}


def test_thirty_minutes_at_twenty_seconds_are_ninety_cases() -> None:
    assert sampling.capacity(30, 20) == 90
    assert sampling.capacity(0, 20) == 0


def test_every_act_of_a_band_is_as_likely_to_be_drawn_as_any_other() -> None:
    bands = {number: (HIGH if number < 20 else LOW) for number in range(60)}
    chance, times = random.Random(5), 4000
    drawn = [0] * 60
    together = 0
    for _ in range(times):
        first = sampling.first(f"{chance.getrandbits(128):032x}", bands, {HIGH: 10, LOW: 8})
        together += 0 in first and 1 in first
        for number in first:
            drawn[number] += 1

    for number, count in enumerate(drawn):
        expected = 0.5 if number < 20 else 0.2
        assert abs(count / times - expected) < 4.5 * math.sqrt(expected * (1 - expected) / times), number
    # Two of one band come together as often as in a simple random sample without replacement.
    assert abs(together / times - 10 * 9 / (20 * 19)) < 0.03


def test_the_order_is_that_of_the_hash_and_nothing_else() -> None:
    acts = [40, 7, 1]

    assert sampling.ordered("seed", acts) == sorted(acts, key=lambda one: hashlib.sha256(b"seed/%d" % one).hexdigest())
    assert sampling.ordered("seed", acts) == sampling.ordered("seed", acts[::-1])
    assert {tuple(sampling.ordered(f"{seed}", acts)) for seed in range(60)} > {(40, 7, 1), (1, 7, 40)}


@given(st.dictionaries(st.integers(1, 2**62), st.tuples(st.sampled_from(BANDS), st.integers(0, 1000)), max_size=20))
def test_a_population_is_read_back_as_it_was_written(acts: dict[int, tuple[str, int]]) -> None:
    assert {number: (band, risk) for number, band, risk in sampling.unpack(sampling.pack(acts))} == acts


def test_the_queue_stands_by_band_then_as_drawn() -> None:
    turns = [sampling.turn(band, place) for band in BANDS for place in (0, 1, 50_000)]

    assert turns == sorted(turns)
