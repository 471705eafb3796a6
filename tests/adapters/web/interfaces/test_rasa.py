"""Rasa's REST channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from faqbot import Store


def _send(client: TestClient, message: str, sender: str = "ann") -> list[dict[str, Any]]:
    answer = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
    assert answer.status_code == 200
    replies: list[dict[str, Any]] = answer.json()
    return replies


def test_a_message_gets_a_text_with_buttons(client: TestClient) -> None:
    """Follow-ups are buttons, and lines of the text for clients without buttons."""
    (reply,) = _send(client, "Where do I collect a parcel?")

    assert reply["recipient_id"] == "ann"
    assert "porter's lodge" in reply["text"]
    assert reply["buttons"] == [{"title": "How do I send a letter?", "payload": "/pick letter"}]


def test_the_payload_of_a_button_is_a_pick(client: TestClient) -> None:
    """The client sends it back as a message."""
    _send(client, "Where do I collect a parcel?")
    (reply,) = _send(client, "/pick letter")

    assert reply["text"] == "Leave it in the tray."
    assert "buttons" not in reply


def test_choices_have_a_button_that_declines_them(client: TestClient) -> None:
    """Its payload declines all choices."""
    (reply,) = _send(client, "the caretaker")
    payloads = [button["payload"] for button in reply["buttons"]]
    assert payloads[-1] == "/pick none"
    (after,) = _send(client, "/pick none")

    assert after["text"] != reply["text"]


def test_an_old_button_asks_the_question_of_its_entry(client: TestClient) -> None:
    """A button is answered though its offer is gone."""
    (reply,) = _send(client, "/pick lift", sender="new")

    assert "call 12" in reply["text"]


def test_an_unknown_entry_is_a_message(client: TestClient) -> None:
    """Nothing of a hidden entry is shown."""
    (reply,) = _send(client, "/pick rota")

    assert "intranet" not in reply["text"]


def test_senders_have_their_own_conversations(client: TestClient) -> None:
    """A number of another sender picks nothing."""
    _send(client, "Where do I collect a parcel?")

    assert "tray" not in _send(client, "1", sender="bob")[0]["text"]
    assert "tray" in _send(client, "1")[0]["text"]


def test_an_empty_message_gets_no_reply(client: TestClient) -> None:
    """As Rasa does."""
    assert _send(client, "  ") == []


def test_the_channel_says_that_it_is_there(client: TestClient) -> None:
    """Clients look before they send."""
    assert client.get("/webhooks/rest/").json() == {"status": "ok"}


def test_messages_are_recorded_with_their_sender(client: TestClient, store: Store) -> None:
    """The report sees the interface; the sender is hashed."""
    _send(client, "Who repairs the lift?")
    client.app.state.service.recorder.flush()  # type: ignore[attr-defined]
    (asked,) = store.questions()

    assert (asked.adapter, asked.text) == ("rasa", "Who repairs the lift?")
    assert asked.person not in {"", "ann"}


@pytest.mark.parametrize(
    "body",
    [{"sender": ""}, {"message": "x" * 4_001}, {"sender": "x" * 256}, {"message": 5}],
    ids=str,
)
def test_bad_fields_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    """The refusal names the field."""
    refusal = client.post("/webhooks/rest/webhook", json={"message": "hi"} | body)

    assert refusal.status_code == 422
    assert refusal.json()["field"] in body
