"""A small knowledge base, an app on it with a store of its own, and clients of that app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from faqbot import Bot, Entry, KnowledgeBase, Store, open_store

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from starlette.testclient import TestClient

from faqbot_web import create_app
from faqbot_web.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

STAFF = frozenset({"staff"})
KB = KnowledgeBase(
    (
        Entry(
            "parcel",
            "Where do I collect a parcel?",
            "At the **porter's lodge**, until six.",
            ("pick up a package", "collect my post"),
            section="Post",
            source="House rules, 4",
            url="https://house.example/rules",
            tags=("post",),
            follow_ups=("letter", "rota"),
        ),
        Entry("letter", "How do I send a letter?", "Leave it in the tray.", section="Post"),
        Entry("lift", "Who repairs the lift?", "The caretaker: call 12.", ("the lift is stuck",)),
        Entry("ladder", "Who lends the ladder?", "The caretaker.", ("borrow a ladder",)),
        Entry("rota", "Where is the duty rota?", "On the intranet.", audience=STAFF),
        Entry("plan", "When is the hall rebuilt?", "Not decided.", draft=True),
    ),
    title="Elm House",
    contact="Ask the **porter**.",
)

MakeClient = Callable[..., TestClient]


@pytest.fixture(scope="session")
def bot() -> Bot:
    """Return the bot that tests share; they do not change it."""
    return Bot.from_knowledge_base(KB, "none", cache=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with open_store(str(tmp_path / "store.db")) as opened:
        yield opened


@pytest.fixture
def make_client(bot: Bot, store: Store) -> Iterator[MakeClient]:
    """Return a function that makes a client of an app with the given settings."""
    with ExitStack() as stack:

        def make(**settings: Any) -> TestClient:  # noqa: ANN401  any of WebSettings'
            app = create_app(bot, WebSettings(**settings), store=store)
            client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    """Return a client of an app with the default settings."""
    return make_client()


def settled(client: TestClient, store: Store) -> Store:
    """Return *store* after the records of *client*'s app were written, by ending the app."""
    client.app.state.service.recorder.flush()
    return store
