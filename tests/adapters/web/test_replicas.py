"""Replicas of the service with one store: conversations, records and rates of each are those of all."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from faqbot import Bot, SharedState, open_store
from faqbot_web import create_app
from faqbot_web.keys import hash_key
from faqbot_web.settings import KeySettings, WebSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., TestClient]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a store; a file of SQLite counts as shared here."""
    if request.param == "sqlite":
        monkeypatch.setattr(SharedState, "is_active", True)
        return str(tmp_path / "s.db")
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def start(bot: Bot, url: str) -> Iterator[Start]:
    """Return a function that starts one more replica, and returns its client."""
    with ExitStack() as stack:

        def make(**settings: Any) -> TestClient:  # noqa: ANN401  any of WebSettings'
            store = stack.enter_context(open_store(url))
            app = create_app(bot, WebSettings(**settings), store=store)
            client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
            return stack.enter_context(client)

        yield make


def _ask(client: TestClient, question: str, conversation: str | None = None, **more: Any) -> Any:  # noqa: ANN401  JSON
    body = {"question": question, "conversation": conversation, **more}
    answered = client.post("/v1/ask", json=body)
    assert answered.status_code == 200
    return answered.json()


def test_any_replica_continues_a_conversation(start: Start) -> None:
    """A number picks what the other one offered; the id stays."""
    one, other = start(), start()
    first = _ask(one, "collect my post")
    second = _ask(other, "1", first["conversation"])
    assert (second["entry"], second["conversation"]) == ("letter", first["conversation"])
    assert _ask(one, "repeat", first["conversation"])["answer"] == "Leave it in the tray."


def test_a_choice_is_picked_at_another_replica(start: Start) -> None:
    """The pick goes to the record of the question."""
    one, other = start(), start()
    asked = _ask(one, "who is the caretaker of the ladder lift")
    assert asked["choices"]
    body = {"conversation": asked["conversation"], "entry": asked["choices"][0]["entry"]}
    picked = other.post("/v1/pick", json=body).json()
    assert picked["record"] == asked["record"]
    for client in (one, other):
        assert client.app.state.service.recorder.flush()  # type: ignore[attr-defined]
    (question,) = other.app.state.service.recorder.store.questions()  # type: ignore[attr-defined]
    assert question.picked == body["entry"]


def test_a_foreign_key_finds_no_conversation(start: Start) -> None:
    """Neither at the replica that began it nor at another."""
    text = "a key of thirty-two characters...."
    settings = {"keys": {"app": KeySettings(hash=hash_key(text))}, "public": True}
    one, other = start(**settings), start(**settings)
    head = {"Authorization": f"Bearer {text}"}
    begun = one.post("/v1/ask", json={"question": "collect my post"}, headers=head).json()
    for client in (one, other):
        assert _ask(client, "1", begun["conversation"])["conversation"] != begun["conversation"]
        body = {"conversation": begun["conversation"], "entry": "letter"}
        assert client.post("/v1/pick", json=body).status_code == 404
    again = other.post(
        "/v1/ask", json={"question": "1", "conversation": begun["conversation"]}, headers=head
    )
    assert again.json()["entry"] == "letter"


def test_a_verdict_is_taken_at_another_replica(start: Start) -> None:
    """Also after a restart; a made-up record is not."""
    one = start()
    record = _ask(one, "collect my post")["record"]
    assert one.app.state.service.recorder.flush()  # type: ignore[attr-defined]
    other = start()
    body = {"record": record, "helpful": True}
    assert other.post("/v1/feedback", json=body).status_code == 204
    body["record"] = f"{record[:-10]}0123456789"
    assert other.post("/v1/feedback", json=body).status_code == 404
    (question,) = other.app.state.service.recorder.store.questions()  # type: ignore[attr-defined]
    assert question.helpful == 1


def test_senders_keep_their_conversation(start: Start) -> None:
    """A client's own name finds it at any replica."""
    one, other = start(), start()
    body = {"sender": "s1", "message": "collect my post"}
    assert one.post("/webhooks/rest/webhook", json=body).status_code == 200
    answered = other.post("/webhooks/rest/webhook", json={"sender": "s1", "message": "1"})
    assert "Leave it in the tray." in answered.text


def test_a_rate_is_that_of_all_replicas(start: Start) -> None:
    """After the allowance is used up at one, the other refuses from its second request on."""
    one, other = start(per_minute=3), start(per_minute=3)
    for client in (one, one, one, other):
        _ask(client, "collect my post")
        counts = client.app.state.service.recorder.store.shared.counts  # type: ignore[attr-defined]
        assert counts.flush(10)
    refused = other.post("/v1/ask", json={"question": "collect my post"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


def test_a_forgotten_person_begins_anew(start: Start) -> None:
    """The replica that answered drops its memory too."""
    one = start()
    begun = _ask(one, "collect my post", person="jo")
    one.app.state.service.recorder.store.forget("jo")  # type: ignore[attr-defined]
    assert _ask(one, "1", begun["conversation"], person="jo")["entry"] is None


def test_out_of_order_a_process_goes_on_alone(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conversations are in its memory."""
    monkeypatch.setattr(SharedState, "is_active", True)
    with (
        open_store(str(tmp_path)) as store,  # a folder is no database
        TestClient(create_app(bot, store=store), base_url="http://localhost") as client,
    ):
        begun = _ask(client, "collect my post")
        assert _ask(client, "1", begun["conversation"])["entry"] == "letter"
        assert _ask(client, "1", "unknown")["entry"] is None
