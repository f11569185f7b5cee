"""What is kept secret can be read again by us alone, and a fingerprint tells nothing."""

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from backend.core.vault import Vault

OURS, THEIRS = Vault(SecretStr("one secret")), Vault(SecretStr("another secret"))


@given(st.text(max_size=200))
def test_what_was_encrypted_is_read_again(text: str) -> None:
    assert OURS.decrypt(OURS.encrypt(text)) == text


def test_the_same_text_looks_different_each_time_it_is_encrypted() -> None:
    assert OURS.encrypt("13800000001") != OURS.encrypt("13800000001")


def test_another_secret_cannot_read_it() -> None:
    with pytest.raises(InvalidToken):
        THEIRS.decrypt(OURS.encrypt("13800000001"))


def test_a_changed_letter_is_noticed() -> None:
    sealed = OURS.encrypt("13800000001")
    changed = sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:]

    with pytest.raises(InvalidToken):
        OURS.decrypt(changed)


def test_a_fingerprint_recognises_the_same_text_for_the_same_purpose_only() -> None:
    first = OURS.fingerprint("13800000001", "phone")

    assert len(first) == 64
    assert first == Vault(SecretStr("one secret")).fingerprint("13800000001", "phone")
    others = {
        OURS.fingerprint("13800000002", "phone"),
        OURS.fingerprint("13800000001", "session"),
        THEIRS.fingerprint("13800000001", "phone"),
    }
    assert first not in others
    assert len(others) == 3


def test_the_secret_is_not_shown_by_a_vault() -> None:
    assert "secret" not in repr(OURS)
    assert "one secret" not in str(vars(OURS).keys())
