"""What transfers of an act are called, so that everything which came of one act is found, undone and checked together.

An act causes `check-in/<number>`. What becomes of a device later may avoid carbon that nobody could know of when it
was handed in: that is `disposition/<number>` of the same act, and moves carbon only.
"""

from backend.core.errors import NotFound

ACT, DISPOSITION = "check-in/", "disposition/"


def of_act(check_in_id: int) -> str:
    """Return the cause of what an act earned when it was accepted."""
    return f"{ACT}{check_in_id}"


def of_disposition(check_in_id: int) -> str:
    """Return the cause of the carbon that the device's disposition avoids."""
    return f"{DISPOSITION}{check_in_id}"


def all_of(check_in_id: int) -> tuple[str, str]:
    """Return every cause that an act can have."""
    return of_act(check_in_id), of_disposition(check_in_id)


def act_behind(cause: str) -> int:
    """Return the number of the act behind a cause; raises NotFound for what no act caused."""
    for prefix in (ACT, DISPOSITION):
        number = cause.removeprefix(prefix)
        if number != cause and number.isdecimal():
            return int(number)
    raise NotFound(what=cause)
