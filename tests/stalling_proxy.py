"""TCP proxy that a test stalls, as a network that is cut for some seconds."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

_CHUNK = 65_536


class StallingProxy:
    """Proxy before the server at *host* and *port*. Stalled, it passes nothing on, and loses nothing."""

    def __init__(self, host: str, port: int) -> None:
        """Prepare to listen on a free port."""
        self._target = (host, port)
        self._passes = asyncio.Event()
        self._passes.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Close the port and all connections."""
        assert self._server is not None
        self._server.close()
        for task in (tasks := [*self._tasks]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stall(self, seconds: float) -> None:
        """Pass nothing on for *seconds*, also on new connections."""
        self._passes.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._passes.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError):
                await self._passes.wait()
                behind, to_server = await asyncio.open_connection(*self._target)
                await self._pass_both(reader, writer, behind, to_server)
        except asyncio.CancelledError:
            pass  # the proxy closes
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        behind: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        """Pass bytes both ways until one side ends."""
        ways = [
            asyncio.create_task(self._pass(reader, to_server)),
            asyncio.create_task(self._pass(behind, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._passes.wait()
            writer.write(data)
            await writer.drain()
