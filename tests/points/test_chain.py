"""What was changed behind our back is named: the first row, on both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from typer.testing import CliRunner

from backend.__main__ import cli
from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.points import chain, jobs, verify
from backend.points.tables import PLACE_BITS, Checkpoint, LedgerBatch, Transfer
from tests.cast import World, trip
from tests.points.entries import AT, chained, link, post, tamper
from tests.points.test_posting import undo

COPY = """
INSERT INTO transfer (id, ledger, from_account, to_account, amount, cause, campaign_id, member_id, department_id,
  institution_id, day, proof, rule_version, factor, explanation, reverses_id, recorded_at)
SELECT :id, ledger, from_account, to_account, amount, 'check-in/forged', campaign_id, member_id, department_id,
  institution_id, day, proof, rule_version, factor, explanation, reverses_id, recorded_at
FROM transfer WHERE id = :like
"""


async def findings(database: Database) -> list[str]:
    """Return what the ledger's own checks find."""
    async with database.read() as session:
        return await verify.findings(session)


async def links(database: Database) -> list[Checkpoint]:
    """Return the chain."""
    async with database.read() as session:
        return list((await session.exec(select(Checkpoint).order_by(col(Checkpoint.id)))).all())


async def test_an_untouched_ledger_has_no_findings(database: Database) -> None:
    assert await findings(database) == []
    await chained(database)

    assert await findings(database) == []
    assert [one.transfers for one in await links(database)] == [3, 3]


async def test_the_chain_is_extended_until_everything_is_covered(database: Database) -> None:
    batches = await chained(database)

    first, again = [await jobs.extend_the_chain(database, FixedClock(AT)) for _ in range(2)]

    assert (first, again) == (len(batches[-1]), 0)
    assert await findings(database) == []


@pytest.mark.parametrize(
    "change", ["to_account = to_account + 16", "from_account = from_account + 16", "campaign_id = 2", "member_id = 8"]
)
async def test_an_award_between_other_accounts_is_named_before_any_checkpoint(database: Database, change: str) -> None:
    number, _ = await post(database, 5, 6)

    await tamper(database, f"UPDATE transfer SET {change} WHERE id = :id", {"id": number})

    complaint = "does not move between the accounts that its cause may move between"
    assert await findings(database) == [f"transfer {number} {complaint}"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("from_account = to_account, to_account = from_account", "does not mirror the transfer that it reverses"),
        ("department_id = 4", "does not mirror the transfer that it reverses"),
        ("institution_id = 4", "does not mirror the transfer that it reverses"),
        ("day = '2026-06-16'", "does not mirror the transfer that it reverses"),
    ],
)
async def test_a_reversal_that_is_no_mirror_is_named_before_any_checkpoint(
    database: Database, change: str, complaint: str
) -> None:
    (number,) = await post(database, 5)
    await undo(database, number)

    await tamper(database, f"UPDATE transfer SET {change} WHERE reverses_id = :id", {"id": number})

    reversal = (number >> PLACE_BITS) + 1 << PLACE_BITS
    found = await findings(database)
    assert any(line.startswith(f"transfer {reversal} {complaint}") for line in found), found


async def test_two_workers_that_extend_at_once_do_not_fork_the_chain(database: Database) -> None:
    neighbour = Database(database.url)
    await asyncio.gather(*(post(database, 1) for _ in range(8)))

    await asyncio.gather(*(jobs.extend_the_chain(one, FixedClock(AT)) for one in (database, neighbour) * 2))
    await neighbour.close()

    assert sum(one.transfers for one in await links(database)) == 8
    assert await findings(database) == []


async def test_a_digest_depends_on_every_column_and_never_changes_its_form(database: Database) -> None:
    await post(database, 5)
    async with database.read() as session:
        (row,) = (await session.exec(select(Transfer))).all()

    # Pinned: another form would make every ledger that is chained already look forged.
    assert chain.digest(row).hex() == "2ca712077c89db7ba615fd803f8a130c"
    content = row.model_dump()
    others = {chain.digest(Transfer(**{**content, name: _other(value)})) for name, value in content.items()}
    assert len(others | {chain.digest(row)}) == len(content) + 1


def _other(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return "other"
    return value + (timedelta(days=1) if hasattr(value, "day") else 1)


async def findings_after(database: Database, change: str, number: int) -> list[str]:
    """Return what would be found after a change of one transfer, which is then rolled back."""
    async with database.write() as session:
        step = await session.begin_nested()
        statement = text(f"UPDATE transfer SET {change} WHERE id = :id")
        await (await session.connection()).execute(statement, {"id": number})
        found = await verify.findings(session)
        await step.rollback()
    return found


CHANGES = ("amount = amount + 1", "member_id = 8", "day = '2026-06-16'", "explanation = '{}'", "rule_version = 2")


async def test_whatever_is_changed_in_a_row_is_named(database: Database) -> None:
    batches = await chained(database)

    found = {
        (number, change): await findings_after(database, change, number)
        for number in batches[0] + batches[2]
        for change in (*CHANGES, "proof = 'code'")
    }

    assert {
        key: lines for key, lines in found.items() if not lines[-1].endswith(f"transfer {key[0]} was changed")
    } == {}
    assert {lines[-1].split(":")[0] for lines in found.values()} == {"checkpoint 1", "checkpoint 2"}
    assert await findings(database) == []


async def test_a_dropped_transfer_is_named(database: Database) -> None:
    number = (await chained(database))[0][1]

    await tamper(database, "DELETE FROM transfer WHERE id = :id", {"id": number})

    assert await findings(database) == [f"checkpoint 1: transfer {number} was dropped"]


async def test_a_transfer_slipped_into_an_old_batch_is_named(database: Database) -> None:
    batches = await chained(database)
    forged = batches[0][-1] + 1

    await tamper(database, COPY, {"id": forged, "like": batches[0][0]})

    assert await findings(database) == [f"checkpoint 1: transfer {forged} was inserted after the checkpoint"]


async def test_a_transfer_of_no_batch_is_named(database: Database) -> None:
    batches = await chained(database)
    forged = (1000 << PLACE_BITS) + 1

    await tamper(database, COPY, {"id": forged, "like": batches[0][0]})

    assert any(line.startswith(f"transfer {forged} belongs to no committed batch") for line in await findings(database))


async def test_two_rows_that_changed_places_are_named_by_the_first(database: Database) -> None:
    low, high = (await chained(database))[2]

    for source, target in ((low, -1), (high, low), (-1, high)):
        await tamper(database, "UPDATE transfer SET id = :to WHERE id = :of", {"of": source, "to": target})

    assert await findings(database) == [f"checkpoint 2: transfer {low} was changed"]


async def test_a_transfer_that_was_moved_to_the_open_end_is_named(database: Database) -> None:
    batches = await chained(database)

    await tamper(
        database, "UPDATE transfer SET id = :to WHERE id = :of", {"of": batches[1][0], "to": batches[3][0] + 1}
    )

    assert await findings(database) == [f"checkpoint 2: transfer {batches[1][0]} was dropped"]


async def test_entries_rewritten_to_fit_a_changed_row_break_the_head(database: Database) -> None:
    number = (await chained(database))[0][0]
    await tamper(database, "UPDATE transfer SET amount = 99 WHERE id = :id", {"id": number})
    async with database.read() as session:
        rows = (await session.exec(select(Transfer).order_by(col(Transfer.id)).limit(3))).all()
    forged = b"".join(chain._ENTRY.pack(row.id, chain.digest(row)) for row in rows)

    await tamper(database, "UPDATE checkpoint SET entries = :entries WHERE id = 1", {"entries": forged})

    (found,) = await findings(database)
    assert found.startswith("checkpoint 1: its entries or an earlier link were changed")


async def test_a_head_rewritten_to_fit_breaks_the_next_link(database: Database) -> None:
    await chained(database)
    first, _ = await links(database)
    head = chain.head_after(chain.GENESIS, first.entries[24:])

    await tamper(
        database,
        "UPDATE checkpoint SET entries = :entries, head = :head WHERE id = 1",
        {"entries": first.entries[24:], "head": head},
    )

    assert len(await findings(database)) == 1
    await tamper(database, "DELETE FROM transfer WHERE id = :id", {"id": next(chain.unpack(first.entries))[0]})
    (found,) = await findings(database)
    assert found.startswith("checkpoint 2: ")


@pytest.mark.parametrize("number", [1, 2])
async def test_a_changed_head_is_named(database: Database, number: int) -> None:
    await chained(database)

    await tamper(database, "UPDATE checkpoint SET head = :head WHERE id = :id", {"head": "f" * 64, "id": number})

    (found,) = await findings(database)
    assert found.startswith(f"checkpoint {number}: ")


@pytest.mark.parametrize(("dropped", "named"), [(1, "checkpoint 2: its entries"), (2, "transfer ")])
async def test_a_dropped_link_is_noticed(database: Database, dropped: int, named: str) -> None:
    await chained(database)

    await tamper(database, "DELETE FROM checkpoint WHERE id = :id", {"id": dropped})

    (found,) = await findings(database)
    assert found.startswith(named)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("checkpoint_id = NULL", "is covered by checkpoint 1 but its batch is marked as open"),
        ("checkpoint_id = 2", "was inserted after the checkpoint"),
        ("id = 4000", "belongs to no committed batch: it was inserted behind our back"),
    ],
)
async def test_an_edited_batch_is_noticed_by_its_first_transfer(database: Database, change: str, named: str) -> None:
    first = (await chained(database))[0][0]

    await tamper(database, f"UPDATE ledger_batch SET {change} WHERE id = :id", {"id": first >> PLACE_BITS})

    assert any(f"transfer {first} {named}" in line for line in await findings(database))


async def test_an_open_batch_marked_as_chained_is_noticed_by_its_first_transfer(database: Database) -> None:
    number = (await chained(database))[3][0]

    await tamper(database, "UPDATE ledger_batch SET checkpoint_id = 77 WHERE id = :id", {"id": number >> PLACE_BITS})

    assert await findings(database) == [f"transfer {number} is marked as chained but no checkpoint covers it"]


async def test_a_batch_without_transfers_is_chained_in_peace(database: Database) -> None:
    async with database.write() as session:
        session.add(LedgerBatch(recorded_at=AT))

    assert await link(database) == 0

    assert await findings(database) == []


async def test_the_command_verify_passes_then_names_the_row_and_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANHUI_DATABASE_URL", world.parts.database.url)
    campaign = await world.open_campaign()
    lin = await world.sign_in("Lin")
    await lin.run("JoinCampaign", input={"campaignId": campaign})
    items = [trip(campaign, world.clock.now(), direction) for direction in ("to_work", "from_work")]
    await lin.run("RecordCheckIns", input={"requestId": "both-trips", "items": items})
    await world.project()
    await jobs.extend_the_chain(world.parts.database, world.clock)

    clean = await asyncio.to_thread(CliRunner().invoke, cli, ["verify"])
    async with world.parts.database.read() as session:
        number = (await session.exec(select(Transfer.id).order_by(col(Transfer.id)))).all()[1]
    await tamper(world.parts.database, "UPDATE transfer SET amount = amount + 1 WHERE id = :id", {"id": number})
    forged = await asyncio.to_thread(CliRunner().invoke, cli, ["verify"])

    assert clean.exit_code == 0, clean.output
    assert "agree" in clean.output
    assert forged.exit_code == 1
    assert f"transfer {number} was changed" in forged.output
