"""A service on a real socket, for the clients of other products."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from faqbot import Bot, open_store

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

import uvicorn

from faqbot_web import create_app
from faqbot_web.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve *app* on a free port of loopback; give its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    ready = threading.Event()
    startup = server.startup

    async def start(sockets: Any = None) -> None:  # noqa: ANN401  sockets of uvicorn
        await startup(sockets)
        ready.set()

    server.startup = start  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="session")
def service(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service without keys, whose store is shared by these tests."""
    path: Path = tmp_path_factory.mktemp("interfaces") / "store.db"
    settings = WebSettings.model_validate({"doors": {"report_gap": True}})
    with running(create_app(bot, settings, store=open_store(str(path)))) as address:
        yield address
