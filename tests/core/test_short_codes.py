"""Codes to type: no letters that look alike, and whatever a phone's keyboard makes of them is understood."""

from backend.core import short_codes


def test_a_code_has_no_letters_that_are_mistaken_for_others() -> None:
    made = [short_codes.new(8) for _ in range(200)]

    assert len(set(made)) == 200
    assert all(len(code) == 8 and not set(code) & set("01OIL") for code in made)
    assert all(short_codes.plain(code) == code for code in made)


def test_a_code_is_read_however_it_is_typed() -> None:
    assert short_codes.plain(" ａｂ2c-de\u30003f ") == "AB2CDE3F"
