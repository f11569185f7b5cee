"""An account's number belongs to one owner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.points.accounts import AccountKind, account

OWNERS = st.integers(1, 2**58)
KINDS = st.sampled_from(AccountKind)


@given(KINDS, OWNERS)
def test_an_account_fits_into_a_column_of_64_bits(kind: AccountKind, owner: int) -> None:
    assert 0 < account(kind, owner) < 2**63


@given(KINDS, OWNERS, KINDS, OWNERS)
def test_no_two_owners_share_an_account(kind: AccountKind, owner: int, other_kind: AccountKind, other: int) -> None:
    same = (kind, owner) == (other_kind, other)

    assert (account(kind, owner) == account(other_kind, other)) is same


@pytest.mark.parametrize("owner", [0, -1])
def test_nobody_has_no_account(owner: int) -> None:
    with pytest.raises(AssertionError):
        account(AccountKind.MEMBER, owner)
