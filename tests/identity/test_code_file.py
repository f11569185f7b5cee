"""The file of binding codes is private from its first moment, and there is none when no codes were made."""

from pathlib import Path

import pytest
import typer

from backend import commands


def test_the_file_is_private_before_any_code_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, modes = tmp_path / "codes.csv", []

    def write(_: object) -> int:
        modes.append(out.stat().st_mode & 0o777)
        return 1

    monkeypatch.setattr(commands, "_write", write)
    commands.codes("code", out)

    assert modes == [0o600]


def test_codes_that_could_not_be_made_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "codes.csv"

    def fail(_: object) -> int:
        raise typer.Exit(2)

    monkeypatch.setattr(commands, "_write", fail)
    with pytest.raises(typer.Exit):
        commands.codes("code", out)

    assert not out.exists()


def test_a_file_that_exists_is_kept_and_no_code_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    out = tmp_path / "codes.csv"
    out.write_text("earlier", encoding="utf-8")
    monkeypatch.setattr(commands, "_write", made.append)

    with pytest.raises(typer.Exit):
        commands.codes("code", out)

    assert (out.read_text(encoding="utf-8"), made) == ("earlier", [])
