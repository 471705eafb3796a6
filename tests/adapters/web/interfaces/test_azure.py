"""Azure's custom question answering, through Azure's client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("azure.ai.language.questionanswering", reason="Azure's client is not installed")

from azure.ai.language.questionanswering import QuestionAnsweringClient
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import HttpResponseError

from faqbot import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.testclient import TestClient

    from faqbot import Store

_PATH = "/language/:query-knowledgebases?projectName=house&deploymentName=production&api-version=2021-10-01"
_PROJECT = {"project_name": "house", "deployment_name": "production"}


@pytest.fixture
def azure_client(service: str) -> Iterator[Any]:
    """Return Azure's client of the service."""
    made = QuestionAnsweringClient(service, AzureKeyCredential("any"))
    with made:
        yield made


def test_a_question_is_answered(azure_client: Any) -> None:  # noqa: ANN401  Azure's client
    """The answer has its questions, source, metadata and follow-ups."""
    (answer,) = azure_client.get_answers(question="where do I collect a parcel", **_PROJECT).answers

    assert "porter's lodge" in answer.answer
    assert answer.questions[0] == "Where do I collect a parcel?"
    assert answer.confidence == 1.0
    assert answer.source == "House rules, 4"
    assert answer.metadata == {"section": "Post", "tags": "post", "entry": "parcel"}
    (prompt,) = answer.dialog.prompts
    assert prompt.display_text == "How do I send a letter?"


def test_the_id_of_an_answer_finds_it_again(azure_client: Any) -> None:  # noqa: ANN401  as above
    """A follow-up prompt is opened by its id."""
    (answer,) = azure_client.get_answers(question="where do I collect a parcel", **_PROJECT).answers
    prompt = answer.dialog.prompts[0]
    (opened,) = azure_client.get_answers(qna_id=prompt.qna_id, **_PROJECT).answers

    assert (opened.answer, opened.qna_id) == ("Leave it in the tray.", prompt.qna_id)


def test_a_question_without_an_answer_has_the_id_of_none(azure_client: Any) -> None:  # noqa: ANN401  as above
    """It is -1, with a confidence of 0."""
    for asked in ({"question": "how do I bake bread"}, {"qna_id": 999_999}):
        (answer,) = azure_client.get_answers(**asked, **_PROJECT).answers
        assert (answer.qna_id, answer.confidence) == (-1, 0.0)


def test_top_and_the_threshold_bound_the_answers(azure_client: Any) -> None:  # noqa: ANN401  as above
    """Answers come best first, and none is below the threshold."""
    several = azure_client.get_answers(
        question="the caretaker", top=5, confidence_threshold=0.01, **_PROJECT
    ).answers
    (none,) = azure_client.get_answers(
        question="the caretaker", top=5, confidence_threshold=0.99, **_PROJECT
    ).answers

    scores = [answer.confidence for answer in several]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert none.qna_id == -1


def test_a_doubtful_answer_stays_below_the_answering_threshold(
    client: TestClient,
) -> None:
    """A client that thresholds at the bot's bound serves no doubtful answer."""
    answers = client.post(_PATH, json={"question": "the caretaker", "top": 5}).json()["answers"]
    bound = client.app.state.service.bot.thresholds.answer  # type: ignore[attr-defined]

    assert all(answer["confidenceScore"] < bound for answer in answers)


def test_filters_choose_among_the_answers(client: TestClient) -> None:
    """Metadata and sources, joined by "and" or "or"."""

    def ids(**filters: Any) -> list[str]:  # noqa: ANN401  filters of the interface
        body = {"question": "Where do I collect a parcel?", "top": 5, "filters": filters}
        answers = client.post(_PATH, json=body).json()["answers"]
        return [answer["metadata"].get("entry", "") for answer in answers]

    post = {"metadata": [{"key": "section", "value": "Post"}], "logicalOperation": "AND"}
    other = {"metadata": [{"key": "section", "value": "Other"}]}
    assert ids(metadataFilter=post)[0] == "parcel"
    assert ids(metadataFilter=other) == [""]
    assert ids(sourceFilter=["House rules, 4"]) == ["parcel"]
    assert ids(metadataFilter=other, sourceFilter=["House rules, 4"]) == [""]
    assert ids(metadataFilter=other, sourceFilter=["House rules, 4"], logicalOperation="OR") == [
        "parcel"
    ]


def test_the_context_is_the_answer_before(client: TestClient) -> None:
    """A number picks from the prompts of the answer that the context names."""
    first = client.post(_PATH, json={"question": "Where do I collect a parcel?"}).json()["answers"][
        0
    ]
    context = {"previousQnaId": first["id"], "previousUserQuery": "Where do I collect a parcel?"}
    (after,) = client.post(_PATH, json={"question": "1", "context": context}).json()["answers"]

    assert after["answer"] == "Leave it in the tray."


def test_an_id_belongs_to_its_entry_for_ever(
    make_client: Callable[..., TestClient],
) -> None:
    """Another process with the same store gives the same id, and hidden entries have none."""
    body = {"question": "Who repairs the lift?"}
    ids = {make_client().post(_PATH, json=body).json()["answers"][0]["id"] for _ in range(2)}

    assert len(ids) == 1
    assert 0 < ids.pop() < 2**31


def test_small_talk_is_an_answer_without_an_entry(client: TestClient) -> None:
    """A greeting has the id 0."""
    (answer,) = client.post(_PATH, json={"question": "hello"}).json()["answers"]

    assert answer["id"] == 0
    assert "Elm House" in answer["answer"]


def test_the_key_has_a_header_of_its_own(
    make_client: Callable[..., TestClient], service: str
) -> None:
    """A wrong key is refused, and the client's error says so."""
    client = make_client(keys={"site": {"hash": "0" * 64}})
    headers = {"Ocp-Apim-Subscription-Key": "wrong"}
    assert client.post(_PATH, json={"question": "hi"}, headers=headers).status_code == 401
    made = QuestionAnsweringClient(service, AzureKeyCredential("any"))

    with made, pytest.raises(HttpResponseError, match="422"):
        made.get_answers(question=" ", **_PROJECT)


def test_without_a_store_the_ids_are_missing(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query is refused for some time; it never gets another id."""

    def fail(names: object) -> dict[str, int]:
        del names
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "numbers", fail)
    refusal = client.post(_PATH, json={"question": "Who repairs the lift?"})

    assert refusal.status_code == 503
    assert "out of order" in refusal.json()["detail"]
