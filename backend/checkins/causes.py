"""What transfers of an act are called, so that everything which came of one act is found, undone and checked together.

An act causes `check-in/<number>`. What becomes of a device later may avoid carbon that nobody could know of when it
was handed in: that is `disposition/<number>` of the same act, and moves carbon only. A change of rules that restates
what was earned offsets it: that is `restated/<number>/<version>`, with the two digits of the rules' version, and
`redisposed/<number>/<version>` for what its disposition avoids, so that a correction takes back both together.
"""

from backend.core.errors import NotFound

ACT, DISPOSITION, RESTATED, REDISPOSED = "check-in/", "disposition/", "restated/", "redisposed/"
FIRST_VERSION, LAST_VERSION = 1, 99  # of a campaign's rules


def of_act(check_in_id: int) -> str:
    """Return the cause of what an act earned when it was accepted."""
    return f"{ACT}{check_in_id}"


def of_disposition(check_in_id: int) -> str:
    """Return the cause of the carbon that the device's disposition avoids."""
    return f"{DISPOSITION}{check_in_id}"


def of_restatement(check_in_id: int, version: int) -> str:
    """Return the cause of the offsets by which that version of the rules restated an act."""
    assert FIRST_VERSION < version <= LAST_VERSION
    return f"{RESTATED}{check_in_id}/{version:02d}"


def of_redisposition(check_in_id: int, version: int) -> str:
    """Return the cause of the offset by which that version of the rules restated what the disposition avoids."""
    assert FIRST_VERSION < version <= LAST_VERSION
    return f"{REDISPOSED}{check_in_id}/{version:02d}"


def of_dispositions(check_in_id: int, rule_version: int) -> list[str]:
    """Return the causes of everything that a disposition avoids, as valued by that version of the rules."""
    later = range(FIRST_VERSION + 1, rule_version + 1)
    return [of_disposition(check_in_id), *(of_redisposition(check_in_id, version) for version in later)]


def awards_of(check_in_id: int) -> tuple[str, str]:
    """Return the causes of what an act was awarded, before any restatement."""
    return of_act(check_in_id), of_disposition(check_in_id)


def all_of(check_in_id: int, rule_version: int) -> list[str]:
    """Return every cause that an act can have which is valued by that version of the rules."""
    restated = [of_restatement(check_in_id, version) for version in range(FIRST_VERSION + 1, rule_version + 1)]
    return [of_act(check_in_id), *of_dispositions(check_in_id, rule_version), *restated]


def act_of(cause: str) -> int | None:
    """Return the number of the act behind a cause, None for what no act caused."""
    for prefix in (ACT, DISPOSITION, RESTATED, REDISPOSED):
        number = cause.removeprefix(prefix).partition("/")[0]
        if cause.startswith(prefix) and number.isdecimal():
            return int(number)
    return None


def act_behind(cause: str) -> int:
    """Return the number of the act behind a cause; raises NotFound for what no act caused."""
    act = act_of(cause)
    if act is None:
        raise NotFound(what=cause)
    return act
