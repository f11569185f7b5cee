"""Accounts are named, not created: a kind and the row number of the owner make the account's number."""

from enum import IntEnum

KIND_BITS = 4


class AccountKind(IntEnum):
    """What an account belongs to."""

    CAMPAIGN = 1  # the budget that a campaign's points are issued from; its balance is what it has issued, negative
    MEMBER = 2
    REWARD = 3  # what was paid for a reward, by the reward
    EXPIRED = 4  # points that nobody spent in time, by the member's institution
    DONATED = 5  # carbon given to neutralise an event, by the event
    TICKETS = 6  # what was paid for tickets of a draw, by the draw


def account(kind: AccountKind, owner_id: int) -> int:
    """Return the number of the account of that owner."""
    assert owner_id > 0, "an account belongs to a stored row"
    return owner_id << KIND_BITS | kind
