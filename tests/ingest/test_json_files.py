"""JSON: the exports of other bots, FAQPage data, and lists of questions with answers."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.errors import IngestError, UnreadableDocument, UnsupportedDocument
from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.json_files import read


def _blocks(data: Any) -> list[Block]:  # noqa: ANN401 - whatever JSON holds
    return list(read(json.dumps(data).encode(), "e.json"))


def _pairs(data: Any) -> list[Pair]:  # noqa: ANN401 - whatever JSON holds
    return [block.pair for block in _blocks(data) if block.pair is not None]


def _notes(data: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    return [block.text for block in _blocks(data) if block.kind is Kind.NOTE]


_QNABOT = {
    "qna": [
        {
            "qid": "Pay.Card_1",
            "type": "qna",
            "q": ["Can I pay by card?", "Do you take cards?"],
            "a": "By card, yes.",
            "alt": {"markdown": "By **card**, yes.", "ssml": "<speak>yes</speak>"},
            "t": "Money",
            "tags": "pay, card",
            "clientFilterValues": "staff",
            "r": {"title": "", "buttons": [{"text": "Refunds", "value": "QID::Refunds"}]},
        },
        {"qid": "Refunds", "q": ["Do I get money back?"], "a": "Yes, {{UserInfo.Name}}."},
        {"qid": "slot", "type": "slottype"},
    ]
}


def test_qnabot() -> None:
    """Ids become slugs, alternates, topics, tags, filters and buttons are kept, Markdown goes first."""
    first, second = _pairs(_QNABOT)

    assert first == Pair(
        ("Can I pay by card?", "Do you take cards?"),
        "By **card**, yes.",
        id="pay-card-1",
        section="Money",
        tags=("pay", "card"),
        audience=frozenset({"staff"}),
        follow_ups=("refunds",),
    )
    assert second.id == "refunds"
    assert "filled in" in second.reason
    assert _notes(_QNABOT) == [
        "1 item is no question with an answer, but a slot, a quiz or the like"
    ]


def test_a_byte_order_mark() -> None:
    """QnABot's own samples begin with one."""
    data = "\ufeff" + json.dumps(_QNABOT)

    assert len([block for block in read(data.encode(), "e.json") if block.pair]) == 2


def test_botpress() -> None:
    """One language is read, the first answer kept, what was switched off is a draft."""
    data = {
        "qnas": [
            {
                "id": "ab12_opening_hours",
                "data": {
                    "action": "text",
                    "contexts": ["global", "shop"],
                    "enabled": False,
                    "questions": {
                        "fr": ["Ouvert ?", "Quand ?", "A ?"],
                        "en": ["When are you open?", "Open?"],
                    },
                    "answers": {"fr": ["Oui"], "en": ["At nine.", "From nine."]},
                },
            },
            {
                "id": "x",
                "data": {
                    "action": "redirect",
                    "questions": {"en": ["Talk?"]},
                    "answers": {"en": []},
                },
            },
        ]
    }
    (pair,) = _pairs(data)

    assert pair == Pair(
        ("When are you open?", "Open?"),
        "At nine.",
        id="ab12-opening-hours",
        tags=("shop",),
        reason="it was switched off in Botpress",
    )
    assert len(_notes(data)) == 3
    assert _pairs(data["qnas"]) == [pair]


@pytest.mark.parametrize(
    "data",
    [
        {
            "qnaDocuments": [
                {
                    "id": 1,
                    "answer": "By card.",
                    "source": "Editorial",
                    "questions": ["How do I pay?", "Card?"],
                    "metadata": [{"name": "topic", "value": "money"}],
                    "context": {
                        "prompts": [{"displayOrder": 0, "qnaId": 2, "displayText": "Back"}]
                    },
                },
                {"id": 2, "answer": "Yes.", "questions": ["Do I get money back?"], "metadata": []},
            ]
        },
        {
            "Assets": {
                "Qnas": [
                    {
                        "Id": 1,
                        "Answer": "By card.",
                        "Source": "Editorial",
                        "Questions": ["How do I pay?", "Card?"],
                        "Metadata": {"topic": "money"},
                        "Context": {
                            "Prompts": [{"DisplayOrder": 0, "QnaId": 2, "DisplayText": "Back"}]
                        },
                    },
                    {
                        "Id": 2,
                        "Answer": "Yes.",
                        "Questions": ["Do I get money back?"],
                        "Metadata": {},
                    },
                ]
            }
        },
    ],
    ids=["QnA Maker", "CQA"],
)
def test_qna_maker_and_its_successor(data: dict[str, Any]) -> None:
    """Both ways to write it give the same pairs; a number is no id that lasts."""
    first, second = _pairs(data)

    assert first == Pair(
        ("How do I pay?", "Card?"),
        "By card.",
        source="Editorial",
        tags=("topic:money",),
        follow_ups=("Do I get money back?",),
    )
    assert second == Pair(("Do I get money back?",), "Yes.")


@pytest.mark.parametrize(
    "data",
    [
        [{"question": "Why?", "answer": "So."}],
        {"faq": {"items": [{"Q": "Why?", "A": "So."}]}},
        {"Why?": "So."},
        {
            "@type": "FAQPage",
            "mainEntity": [
                {"@type": "Question", "name": "Why?", "acceptedAnswer": {"text": "So."}}
            ],
        },
        {"@graph": [{"@type": "Question", "name": "Why?", "acceptedAnswer": [{"text": "So."}]}]},
    ],
)
def test_other_shapes(data: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Lists of objects wherever they stand, plain objects, and schema.org's data."""
    assert _pairs(data) == [Pair(("Why?",), "So.")]


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (b"", UnreadableDocument, "not JSON, or cut off"),
        (b'{"qna": [', UnreadableDocument, "not JSON, or cut off"),
        (b"[" * 100_000, UnreadableDocument, "nested deeper"),
        (b'{"a": 1}', UnsupportedDocument, "a shape that faqbot does not know"),
    ],
)
def test_bad_input_is_a_sentence(data: bytes, error: type[Exception], sentence: str) -> None:
    """Each names the file and what is wrong with it."""
    with pytest.raises(error, match=f"e.json.*{sentence}"):
        list(read(data, "e.json"))


_KEYS = st.sampled_from(
    [
        "qna",
        "qid",
        "q",
        "a",
        "alt",
        "r",
        "t",
        "tags",
        "qnas",
        "id",
        "data",
        "questions",
        "answers",
        "en",
        "qnaDocuments",
        "Assets",
        "Qnas",
        "answer",
        "metadata",
        "context",
        "prompts",
        "question",
        "buttons",
        "value",
        "markdown",
        "contexts",
        "@type",
        "@graph",
        "mainEntity",
    ]
)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "Why?", "QID::x", "FAQPage"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(st.binary() | _JSON.map(lambda data: json.dumps(data).encode()))
def test_any_json_is_blocks_or_a_sentence(data: bytes) -> None:
    """No shape of the known keys makes the reader fail in another way."""
    with suppress(IngestError):
        assert all(isinstance(block, Block) for block in read(data, "e.json"))
