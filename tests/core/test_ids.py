"""Opaque ids lead back to their row, and nothing else does."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.core import ids
from backend.core.errors import NotFound

LARGEST = 2**63 - 1


@given(st.integers(0, LARGEST))
def test_every_row_number_comes_back_from_its_id(number: int) -> None:
    opaque = ids.encode("cmp", number)

    assert ids.decode("cmp", opaque) == number
    assert len(opaque) <= 17


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_two_rows_never_share_an_id(one: int, other: int) -> None:
    assert (ids.encode("cmp", one) == ids.encode("cmp", other)) is (one == other)


@given(st.text(max_size=40) | st.from_regex(r"cmp_[0-9a-z]{0,16}", fullmatch=True))
def test_whatever_is_no_id_of_ours_is_not_found_and_what_is_one_is_the_only_one(garbage: str) -> None:
    try:
        number = ids.decode("cmp", garbage)
    except NotFound as problem:
        told = problem.fields["what"]
    else:
        told = ids.encode("cmp", number)

    assert told == garbage[:40]


@given(st.integers(0, LARGEST), st.from_regex(r"[a-z]{3}", fullmatch=True))
def test_an_id_of_one_thing_is_not_the_id_of_another(number: int, prefix: str) -> None:
    assume(prefix != "cmp")

    with pytest.raises(NotFound):
        ids.decode("cmp", ids.encode(prefix, number))


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "cmp",
        "cmp_",
        "_1",
        "CMP_1",
        "cmp_01",
        "cmp_u",
        "cmp_-1",
        "cmp_１",
        "cmp_zzzzzzzzzzzzz",
        "cmp_1\n",
        "x" * 9999,
    ],
)
def test_garbage_is_not_found_and_is_not_repeated_at_length(garbage: str) -> None:
    with pytest.raises(NotFound) as caught:
        ids.decode("cmp", garbage)

    assert len(str(caught.value.fields["what"])) <= 40
