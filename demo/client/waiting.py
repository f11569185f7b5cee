"""Wait for what the worker does by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

_PATIENCE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.15


async def until(
    what: str, ask: Callable[[], Awaitable[Any]], is_done: Callable[[Any], bool], patience: float = _PATIENCE_SECONDS
) -> Any:
    """Ask again until the answer is what is waited for, and return it; raises TimeoutError."""
    deadline = asyncio.get_running_loop().time() + patience
    while not is_done(answer := await ask()):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"the worker has not {what}: {answer}")
        await asyncio.sleep(_LOOK_SECONDS)
    return answer
