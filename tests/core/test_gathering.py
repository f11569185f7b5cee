"""Single questions, asked in groups."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from backend.core.gathering import Gathered


class Asked:
    """Answers each number with its square, and remembers what it was asked together."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.groups.append(list(keys))
        await asyncio.sleep(0)
        if 1300 in keys:
            raise LookupError(keys)
        return {key: key * key for key in keys if key >= 0}


async def test_questions_that_come_together_are_asked_in_few_groups() -> None:
    asked = Asked()
    gathered = Gathered(asked)

    answers = await asyncio.gather(*(gathered.get(number % 40) for number in range(200)))

    assert answers == [(number % 40) ** 2 for number in range(200)]
    assert len(asked.groups) <= 4


async def test_who_is_not_known_gets_none_and_a_fault_reaches_only_its_own_group() -> None:
    asked = Asked()
    gathered = Gathered(asked)

    assert await gathered.get(-1) is None
    with pytest.raises(LookupError):
        await gathered.get(1300)
    assert await gathered.get(3) == 9


async def test_a_question_that_comes_just_as_the_last_group_ends_is_not_left_waiting() -> None:
    async def answer_at_once(keys: Sequence[int]) -> Mapping[int, int]:
        return {key: key for key in keys}

    gathered = Gathered(answer_at_once, at_once=1)

    async def ask(number: int) -> int | None:
        for _ in range(number):
            await asyncio.sleep(0)
        return await gathered.get(number)

    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(ask(number) for number in range(10)))

    assert answers == list(range(10))
