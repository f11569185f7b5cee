"""Anybody checks a seal: as a file without a database, or in the database at the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.__main__ import cli
from backend.settlement import command, lines, recount
from tests.cast import Failed, World
from tests.settlement.way import acts, to_seal


async def exported(world: World, tmp_path: Path) -> tuple[str, Path, str]:
    """Come to a seal and download its file; return the campaign, the file and the published digest."""
    campaign = await world.open_campaign("green-office")
    await acts(world, campaign, await world.add_members("A", "财务处", 6))
    seal = await to_seal(world, campaign)
    sun = await world.sign_in("Sun")
    link = await sun.run("SealFile", campaignId=campaign)
    answer = await world.client.get(link["path"])
    assert answer.status_code == 200, answer.text
    path = tmp_path / "seal.jsonl"
    path.write_bytes(answer.content)
    (result,) = (await (await world.sign_in("Wu")).run("Results"))["results"]
    assert result["campaign"]["seal"]["digest"] == seal.digest
    return campaign, path, seal.digest


async def test_a_file_checks_and_the_first_line_that_was_touched_is_named(world: World, tmp_path: Path) -> None:
    _, path, digest = await exported(world, tmp_path)
    whole = path.read_bytes().splitlines(keepends=True)
    act = next(number for number, line in enumerate(whole) if b'"line":"act"' in line)

    def after(lines: list[bytes]) -> str:
        path.write_bytes(b"".join(lines))
        return command.check_file(path, digest)[1] or "nothing"

    touched = whole[act].replace(b'"points":5', b'"points":9')
    assert touched != whole[act]
    assert after(whole) == "nothing"
    assert after([line.replace(b"\n", b"\r\n") for line in whole]) == "nothing"
    assert after([*whole[:act], touched, *whole[act + 1 :]]).startswith(f"line {act + 1}: it was changed")
    assert after([*whole[:act], *whole[act + 1 :]]).startswith(f"line {act + 1}: it was changed, or a line before")
    assert after([*whole[:act], whole[act], *whole[act:]]).startswith(f"line {act + 2}: ")
    assert after(whole[:-1]) == "the last line: the digest is missing"
    assert after([*whole, whole[0]]) == f"line {len(whole) + 1}: something follows the digest"
    assert after([b"something else\n"]) == "line 1: it is no line of a seal"
    assert after([]) == "the last line: the digest is missing"


async def test_a_file_that_was_written_anew_agrees_with_itself_and_not_with_what_was_published(
    world: World, tmp_path: Path
) -> None:
    _, path, digest = await exported(world, tmp_path)
    with path.open("rb") as file:
        texts = list(lines.Imported(file))
    forged = [text.replace(b'"of":"own_cup"', b'"of":"own_mug"') for text in texts]
    path.write_bytes(b"".join(lines.exported(forged)))

    assert command.check_file(path, None)[1] is None
    assert "the published one" in (command.check_file(path, digest)[1] or "")
    cheated = [text.replace(b'"points":5', b'"points":6') if b'"line":"act"' in text else text for text in texts]
    path.write_bytes(b"".join(lines.exported(cheated)))
    assert "the entries add up to" in (command.check_file(path, None)[1] or "")


async def test_the_command_line_shows_and_checks(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, path, digest = await exported(world, tmp_path)

    told = await command.show(world.parts.database, campaign)
    by_number = await command.show(world.parts.database, str(command.number_of(campaign)))
    checked = CliRunner().invoke(cli, ["seal", "check", str(path), "--digest", digest])
    refused = CliRunner().invoke(cli, ["seal", "check", str(path), "--digest", "0" * 64])

    assert digest in told == by_number
    assert "6 participants, 6 acts" in told
    assert await command.check(world.parts.database, campaign) is None
    assert (checked.exit_code, refused.exit_code) == (0, 1)
    assert digest in checked.stdout


async def test_the_file_is_for_who_manages_the_whole_campaign_and_its_link_ends(world: World, tmp_path: Path) -> None:
    campaign, _, _ = await exported(world, tmp_path)
    sun = await world.sign_in("Sun")
    path = (await sun.run("SealFile", campaignId=campaign))["path"]

    for name in ("Wu", "Chen", "Lin"):
        with pytest.raises(Failed):
            await (await world.sign_in(name)).run("SealFile", campaignId=campaign)
    other = await world.open_campaign("green-office")
    with pytest.raises(Failed):
        await sun.run("SealFile", campaignId=other)
    good = (await world.client.get(path)).status_code
    forged = (await world.client.get(path.replace(campaign, other))).status_code
    world.clock.advance(timedelta(minutes=11))
    late = (await world.client.get(path)).status_code

    assert (good, forged, late) == (200, 404, 404)


def test_a_line_that_lacks_a_figure_is_named() -> None:
    for line in (
        b'{"line":"standing","institution":"1"}',
        b'{"line":"participant","participant":1,"acts":0}',
        b'{"line":"act"}',
        b'{"line":"standing","institution":[],"acts":0,"points":0,"carbon_mg":0,"participants":0}',
        b"[]",
        b"{}",
    ):
        wrong = recount.first_wrong([b'{"line":"seal"}\n', line + b"\n"]) or ""
        assert wrong.startswith("line 2: it "), line
