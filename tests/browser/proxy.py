"""A proxy such as offices have: it hands on everything but streams of events, which it holds until they end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def holding_events_back(port: int) -> AsyncIterator[int]:
    """Listen before a server of this machine, on the port that is given; one request a connection."""
    serving: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(port, reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        tasks = list(serving)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        forth.write(head.replace(b"keep-alive", b"close", 1))
        asking = asyncio.create_task(_pump(reader, forth))
        try:
            await _pump(back, writer, only_head=b"/events" in head.split(b"\r\n", 1)[0])
        finally:
            asking.cancel()
            forth.close()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, only_head: bool = False) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        if only_head:
            writer.write(await reader.readuntil(b"\r\n\r\n"))
        while block := await reader.read(65536):
            if not only_head:
                writer.write(block)
                await writer.drain()
