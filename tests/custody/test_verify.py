"""Whatever is changed behind our back in a device's way is named, by the device and the first step that is wrong."""

import pytest
from sqlalchemy import text

from backend import verification
from backend.custody import chain
from tests.cast import World, settings_for
from tests.custody.drive import begin, complaints, moved


async def tampered(world: World, *statements: str) -> list[str]:
    """Bring Lin's phone to its certificate and Zhou's tablet to its weight, run SQL, and return what is found."""
    drive = await begin(world)
    await drive.brought(await drive.member("Lin"), "certified", serial="SN00012345")
    await drive.brought(await drive.member("Zhou"), "weighed", "tablet")
    assert await complaints(world) == []
    async with world.parts.database.write() as session:
        connection = await session.connection()
        for statement in statements:
            await connection.execute(text(statement))
    return await complaints(world)


SEALED = "(SELECT id FROM custody_step WHERE item_id = 1 AND stage = 'sealed')"
CHANGED = [
    'details = \'{"seal_code": "FORGED0001"}\'',
    "by_member = by_member + 1",
    "by_institution_id = NULL",
    "at = '2026-06-15 05:00:00.000000'",
    "request_id = 'another-request'",
    "witness_id = 1",
    "hash = previous",
]


@pytest.mark.parametrize("change", CHANGED)
async def test_a_step_that_was_changed_is_named(world: World, change: str) -> None:
    found = await tampered(world, f"UPDATE custody_step SET {change} WHERE id = {SEALED}")

    assert [line for line in found if line.startswith("device 1: step ") and "(sealed) was changed" in line] == found
    assert len(found) == 1


@pytest.mark.parametrize("stage", ["booked", "handed_over", "sealed", "weighed", "erased", "disposed"])
async def test_a_step_that_was_dropped_is_named_by_the_one_behind_it(world: World, stage: str) -> None:
    (found,) = await tampered(world, f"DELETE FROM custody_step WHERE item_id = 1 AND stage = '{stage}'")

    assert found.startswith("device 1: step ")
    assert "does not follow the one before it" in found


async def test_the_last_step_that_was_dropped_is_missed_by_the_device(world: World) -> None:
    found = await tampered(
        world,
        "DELETE FROM custody_step WHERE item_id = 1 AND stage = 'certified'",
        "UPDATE custody_item SET stage = 'disposed', certificate_number = NULL WHERE id = 1",
    )

    assert found == ["device 1: its last step was dropped, or one was added behind it"]


async def test_all_steps_that_were_dropped_are_missed(world: World) -> None:
    found = await tampered(world, "DELETE FROM custody_step WHERE item_id = 2")

    assert found == ["device 2: its last step was dropped, or one was added behind it"]


async def test_a_step_that_was_inserted_is_named(world: World) -> None:
    inserted = """
    INSERT INTO custody_step (item_id, stage, by_member, by_institution_id, at, request_id, details, witness_id,
                              previous, hash)
    SELECT item_id, 'erased', by_member, by_institution_id, at, 'forged-step', '{"erasure": "overwrite"}', 1, hash, hash
    FROM custody_step WHERE item_id = 2 AND stage = 'weighed'
    """

    (found,) = await tampered(
        world, inserted, "UPDATE custody_item SET erasure = 'overwrite', stage = 'erased' WHERE id = 2"
    )

    assert found.startswith("device 2: step ")
    assert "(erased) was changed" in found


DIFFERENT = [
    ("stage", "'sealed'"),
    ("category", "'tablet'"),
    ("data_bearing", "false"),
    ("condition", "'working'"),
    ("serial_fingerprint", "'0123'"),
    ("seal_code", "'FORGED0001'"),
    ("separate", "false"),
    ("weight_grams", "181"),
    ("erasure", "'shred'"),
    ("disposition", "'material'"),
    ("certificate_number", "'再生-2026-0002'"),
    ("institution_id", "1"),
]


@pytest.mark.parametrize(("column", "value"), DIFFERENT)
async def test_a_device_that_was_changed_is_named_by_what_its_steps_say(world: World, column: str, value: str) -> None:
    found = await tampered(world, f"UPDATE custody_item SET {column} = {value} WHERE id = 1")

    assert f"device 1: its {column} is not what its steps say" in found


async def test_the_steps_tell_every_column_of_a_device_that_matters() -> None:
    assert {"stage", "member_id", "owner", "approval_number", "check_in_id"} <= set(chain.TOLD)
    assert {column for column, _ in DIFFERENT} <= set(chain.TOLD)


async def test_a_credit_without_a_device_and_a_device_with_anothers_act_are_named(world: World) -> None:
    found = await tampered(
        world,
        "UPDATE custody_item SET check_in_id = NULL WHERE id = 2",
        "UPDATE custody_item SET check_in_id = (SELECT id FROM check_in WHERE slot LIKE '%tablet%') WHERE id = 1",
    )

    assert "device 1: the act that it counted as is not a confirmed one of its owner" in found
    assert any(line.endswith("no device whose disposition is known caused it") for line in found)


async def test_carbon_of_a_disposition_that_its_act_does_not_know_is_named(world: World) -> None:
    found = await tampered(world, "UPDATE check_in SET carbon_mg = 0 WHERE slot LIKE '%phone%'")

    assert any("its transfers do not add up to what it earned" in line for line in found)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("ledger = 'points'", "no check-in caused it"),
        ("cause = 'disposition/77'", "no check-in caused it"),
        ("day = '2026-06-14'", "its member, campaign, day or unit is not that of its check-in"),
    ],
)
async def test_a_credit_that_was_changed_is_named(world: World, change: str, complaint: str) -> None:
    found = await tampered(world, f"UPDATE transfer SET {change} WHERE cause LIKE 'disposition/%'")

    assert any(complaint in line for line in found), found


async def test_the_operators_command_looks_at_custody_too(world: World) -> None:
    settings = settings_for(world.parts.database.url)
    before = await verification.findings(settings)
    await tampered(world, "UPDATE custody_item SET weight_grams = 1 WHERE id = 1")

    found = await verification.findings(settings)

    assert before == []
    assert found == ["device 1: its weight_grams is not what its steps say"]


async def test_a_step_of_a_device_that_is_gone_is_named(world: World) -> None:
    drive = await begin(world)
    moved(await drive.book(await drive.member("Lin")))
    async with world.parts.database.engine.connect() as connection:
        if world.parts.database.is_sqlite:
            await connection.exec_driver_sql("COMMIT")  # the driver's transaction: keys are switched off outside of one
            await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            await connection.execute(text("ALTER TABLE custody_step DROP CONSTRAINT fk_custody_step_item_id"))
        await connection.execute(text("DELETE FROM custody_item"))
        await connection.commit()

    assert await complaints(world) == ["custody step 1: its device does not exist"]
