"""The token survives in the database, encrypted, for whichever process comes next."""

import asyncio
from datetime import timedelta

from pydantic import SecretStr
from sqlmodel import select

from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.core.vault import Vault
from backend.wechat.tables import WeChatToken
from backend.wechat.tokens import DatabaseTokenStore, StoredToken

KEY = Vault(SecretStr("a key for tests"))


async def test_a_long_token_is_read_back_and_replaced(database: Database, clock: FixedClock) -> None:
    store = DatabaseTokenStore(database, KEY, "wx1")
    assert await store.read() is None

    for letter in "ab":
        token = StoredToken(letter * 700, clock.now() + timedelta(hours=2))
        await store.write(token)
        assert await DatabaseTokenStore(database, KEY, "wx1").read() == token

    assert await DatabaseTokenStore(database, KEY, "wx2").read() is None


async def test_the_database_never_sees_the_token_itself(database: Database, clock: FixedClock) -> None:
    await DatabaseTokenStore(database, KEY, "wx1").write(StoredToken("canary", clock.now()))

    async with database.read() as session:
        row = (await session.exec(select(WeChatToken))).one()

    assert "canary" not in row.token_ciphertext
    assert row.expires_at == clock.now()


async def test_a_token_under_another_key_counts_as_none(database: Database, clock: FixedClock) -> None:
    await DatabaseTokenStore(database, KEY, "wx1").write(StoredToken("canary", clock.now()))

    after_change_of_key = DatabaseTokenStore(database, Vault(SecretStr("a new key")), "wx1")

    assert await after_change_of_key.read() is None


async def test_processes_that_write_at_once_do_not_collide(database: Database, clock: FixedClock) -> None:
    store = DatabaseTokenStore(database, KEY, "wx1")

    await asyncio.gather(*(store.write(StoredToken(f"token {n}", clock.now())) for n in range(10)))

    kept = await store.read()
    assert kept is not None
    assert kept.value.startswith("token ")


def test_a_token_does_not_show_in_a_repr(clock: FixedClock) -> None:
    assert "canary" not in repr(StoredToken("canary", clock.now()))
