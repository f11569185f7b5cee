"""A free document is weighed in the time that it takes to read it, whatever it means."""

import time

import pytest
from graphql import GraphQLError, parse

from backend.core import limits

LEVELS = 24


def doubling(levels: int) -> str:
    """Return fragments that each spread the next one twice: short to read, 2**levels fields to answer."""
    spreads = "".join(
        f"fragment F{level} on Query {{ ...F{level + 1} x: viewer {{ ...G }} ...F{level + 1} }} "
        for level in range(levels)
    )
    last = f"fragment F{levels} on Query {{ viewer {{ ...G }} }} fragment G on Viewer {{ a b }}"
    return f"query {{ ...F0 }} {spreads} {last}"


def test_fragments_that_double_twenty_four_times_are_refused_at_once() -> None:
    document = parse(doubling(LEVELS))

    begun = time.perf_counter()
    with pytest.raises(GraphQLError, match="the limits are") as caught:
        limits.refuse_costly(document)

    assert time.perf_counter() - begun < 0.2
    assert int(caught.value.message.split()[3]) > 2**LEVELS


def test_a_document_within_the_limits_passes() -> None:
    limits.refuse_costly(parse(doubling(3)))


def test_fragments_in_a_circle_are_left_to_validation() -> None:
    limits.refuse_costly(parse("query { ...A } fragment A on Query { ...B } fragment B on Query { ...A x }"))


def test_a_fragment_that_is_not_there_is_left_to_validation() -> None:
    limits.refuse_costly(parse("query { ...Nowhere }"))


def nested(depth: int) -> str:
    """Return a document so many fields deep."""
    return "query " + "{ a " * depth + "}" * depth


def test_depth_is_bounded_through_fragments_too() -> None:
    limits.refuse_costly(parse(nested(limits.DEEPEST)))
    through = f"query {{ a {{ b {{ ...F }} }} }} fragment F on T {nested(limits.DEEPEST - 1).removeprefix('query ')}"

    for document in (nested(limits.DEEPEST + 1), through):
        with pytest.raises(GraphQLError, match=f"{limits.DEEPEST + 1} deep"):
            limits.refuse_costly(parse(document))


def test_aliases_and_inline_fragments_count_as_the_fields_they_are() -> None:
    aliased = " ".join(f"a{number}: viewer" for number in range(limits.MOST_FIELDS))
    limits.refuse_costly(parse(f"query {{ {aliased} }}"))

    with pytest.raises(GraphQLError, match=f"{limits.MOST_FIELDS + 1} fields"):
        limits.refuse_costly(parse(f"query {{ {aliased} ... on Query {{ one_more }} }}"))
