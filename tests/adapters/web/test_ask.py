"""Asking, picking and judging over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.adapters.web.conftest import settled

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from faqbot import Store
    from tests.adapters.web.conftest import MakeClient


def _ask(client: TestClient, question: str, **fields: object) -> dict[str, object]:
    response = client.post("/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    return response.json()


def test_an_answer_has_every_field(client: TestClient) -> None:
    """The answer as Markdown and as HTML, with entry, source, follow-ups and matches."""
    answer = _ask(client, "where can I pick up a package")

    assert answer["outcome"] == "answered"
    assert answer["answer"] == "At the **porter's lodge**, until six."
    assert answer["answer_html"] == "<p>At the <strong>porter's lodge</strong>, until six.</p>"
    assert (answer["entry"], answer["question"]) == ("parcel", "Where do I collect a parcel?")
    assert (answer["source"], answer["url"]) == ("House rules, 4", "https://house.example/rules")
    assert answer["follow_ups"] == [{"entry": "letter", "question": "How do I send a letter?"}]
    assert next(match["entry"] for match in answer["matches"]) == "parcel"
    assert set(answer) >= {"reason", "choices", "manners", "parts", "contact", "record"}


def test_a_question_without_an_answer_names_the_contact(client: TestClient) -> None:
    """Only a miss has a contact."""
    assert _ask(client, "what is the capital of Peru")["contact"] == "Ask the **porter**."
    assert _ask(client, "collect my post")["contact"] is None


@pytest.mark.parametrize("limit", [1, 4])
def test_the_limit_bounds_the_matches(client: TestClient, limit: int) -> None:
    """Asked for more, the answer lists more."""
    assert len(_ask(client, "who has the lift or ladder", limit=limit)["matches"]) <= limit


def test_a_pick_answers_and_counts_for_its_question(client: TestClient, store: Store) -> None:
    """The record of the question gets the pick, and keeps its id."""
    asked = _ask(client, "who do I call about it: lift, ladder")
    choices = [choice["entry"] for choice in asked["choices"]]
    assert asked["outcome"] == "ambiguous", asked

    pick = {"conversation": asked["conversation"], "entry": choices[1]}
    picked = client.post("/v1/pick", json=pick).json()
    assert (picked["entry"], picked["record"]) == (choices[1], asked["record"])
    (question,) = settled(client, store).questions()
    assert (question.id, question.picked) == (asked["record"], choices[1])


def test_an_entry_that_was_not_offered_is_refused(client: TestClient) -> None:
    """A pick of another entry is 409, of another conversation 404."""
    asked = _ask(client, "pick up a package")
    pick = {"conversation": asked["conversation"], "entry": "lift"}

    assert client.post("/v1/pick", json=pick).status_code == 409
    assert client.post("/v1/pick", json=pick | {"entry": "none"}).status_code == 409
    assert client.post("/v1/pick", json=pick | {"conversation": "x"}).status_code == 404


def test_an_unknown_conversation_is_never_adopted(client: TestClient) -> None:
    """A new conversation begins under a new id."""
    assert _ask(client, "pick up a package", conversation="mine")["conversation"] != "mine"


def test_a_repeated_request_is_answered_and_recorded_once(client: TestClient, store: Store) -> None:
    """The same id gets the same answer; other content with it is refused."""
    first = _ask(client, "pick up a package", request="r1")

    assert _ask(client, "pick up a package", request="r1") == first
    other = client.post("/v1/ask", json={"question": "lift", "request": "r1"})
    assert (other.status_code, other.json()["field"]) == (409, "request")
    assert len([*settled(client, store).questions()]) == 1


def test_the_last_verdict_of_a_conversation_counts(client: TestClient, store: Store) -> None:
    """A second verdict replaces the first; an unknown record is 404."""
    record = _ask(client, "pick up a package")["record"]
    for verdict in ({"helpful": True}, {"helpful": False, "reason": "closed today"}):
        assert client.post("/v1/feedback", json={"record": record} | verdict).status_code == 204

    (question,) = store.questions()
    assert (question.helpful, question.unhelpful, question.reasons) == (0, 1, ("closed today",))
    unknown = {"record": record[:-1] + "z", "helpful": True}
    assert client.post("/v1/feedback", json=unknown).status_code == 404


def test_keys_share_neither_conversations_nor_records(make_client: MakeClient) -> None:
    """Another key finds nothing of the first."""
    import hashlib

    hashes = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("ann", "bob")}
    client = make_client(keys={name: {"hash": each} for name, each in hashes.items()})
    ann, bob = ({"Authorization": f"Bearer {name}"} for name in ("ann", "bob"))
    asked = client.post("/v1/ask", json={"question": "pick up a package"}, headers=ann).json()

    pick = {"conversation": asked["conversation"], "entry": "letter"}
    verdict = {"record": asked["record"], "helpful": True}
    assert client.post("/v1/pick", json=pick, headers=bob).status_code == 404
    assert client.post("/v1/feedback", json=verdict, headers=bob).status_code == 404
    assert client.post("/v1/pick", json=pick, headers=ann).status_code == 200
    assert client.post("/v1/feedback", json=verdict, headers=ann).status_code == 204
    assert client.post("/v1/ask", json={"question": "lift"}).status_code == 401
