"""The proxy of the trials loses nothing while it is stalled."""

from __future__ import annotations

import asyncio

from tests.stalling_proxy import StallingProxy


def test_a_stalled_proxy_passes_everything_on_later() -> None:
    """Bytes that were sent while it was stalled arrive in order once it goes on."""
    asyncio.run(_send_through_stalled_proxy())


async def _send_through_stalled_proxy() -> None:
    received, complete = bytearray(), asyncio.Event()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(10):
            received.extend(data)
            if len(received) == 6:
                complete.set()
        writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    async with server, StallingProxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"one")
        stalled = asyncio.create_task(proxy.stall(0.05))
        await asyncio.sleep(0)
        writer.write(b"two")
        await writer.drain()
        await stalled
        await asyncio.wait_for(complete.wait(), 10)
        writer.close()

    assert bytes(received) == b"onetwo"
