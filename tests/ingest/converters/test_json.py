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
from faqbot.ingest.converters.json import read
from faqbot.ingest.reading import found_in


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


def test_each_item_of_a_qnabot_export_is_a_pair() -> None:
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
        "1 item is no question with an answer, but a slot, a quiz or similar"
    ]


def test_a_byte_order_mark_is_skipped() -> None:
    """QnABot's own samples begin with one."""
    data = "\ufeff" + json.dumps(_QNABOT)

    assert len([block for block in read(data.encode(), "e.json") if block.pair]) == 2


def test_one_language_of_a_botpress_export_is_read() -> None:
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
def test_exports_of_qna_maker_and_its_successor_are_read_alike(data: dict[str, Any]) -> None:
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
def test_lists_of_questions_in_other_shapes_are_read(data: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Lists of objects wherever they stand, plain objects, and schema.org's data."""
    assert _pairs(data) == [Pair(("Why?",), "So.")]


@pytest.mark.parametrize(
    "data",
    [
        {"faq": {"House": [{"question": "Why?", "answer": "So."}], "Garden": [{"question": "How?", "answer": "Thus."}]}},
        [{"name": "House", "items": [{"q": "Why?", "a": "So."}]}, {"name": "Garden", "items": [{"q": "How?", "a": "Thus."}]}],
        {"House": {"Why?": "So."}, "Garden": {"How?": "Thus."}},
        {"House": [["Why?", "So."]], "Garden": [["How?", "Thus."]]},
        {"House": {"one": {"question": "Why?", "answer": "So."}}, "Garden": {"two": {"question": "How?", "answer": "Thus."}}},
        {"House": [{"title": "Why?", "content": "So."}], "Garden": [{"title": "How?", "body": "Thus."}]},
        {"House": [{"question": {"text": "Why?"}, "answer": {"html": "So."}}], "Garden": [{"question": ["How?"], "answer": ["Thus."]}]},
    ],
    ids=["lists", "named", "mappings", "pairs", "objects", "titles", "nested"],
)  # fmt: skip
def test_every_group_is_read(data: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Groups are sections, in whichever of the shapes they are written; no text is left."""
    assert _pairs(data) == [
        Pair(("Why?",), "So.", section="House"),
        Pair(("How?",), "Thus.", section="Garden"),
    ]
    assert [text for text in _left_out(data) if "name: " not in text] == []


def test_places_count_through_all_groups() -> None:
    """A number stands for one entry of the file."""
    data = {"A": [{"q": "Why?", "a": "So."}], "B": [{"q": "How?", "a": "Thus."}]}

    assert [str(block.place) for block in _blocks(data)] == ["row 1", "row 2"]


def test_questions_below_questions_are_read() -> None:
    """A list within a record is a group of its own, and numbers and truth values are answers."""
    data = [{"q": "Why?", "a": 1.5, "children": [{"q": "How?", "a": True}, {"q": "When?", "a": 3}]}]

    assert [(pair.questions, pair.answer) for pair in _pairs(data)] == [
        (("Why?",), "1.5"),
        (("How?",), "true"),
        (("When?",), "3"),
    ]


def _left_out(data: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    return [block.text for block in _blocks(data) if block.kind is Kind.LEFT_OUT]


def test_text_that_no_entry_takes_is_named() -> None:
    """Beside the groups, and within a record, under the keys that lead to it; each once."""
    data = {
        "$schema": "https://example.org/faq.json",
        "about": {"note": "Written in May."},
        "faq": [
            {"q": "Why?", "a": "So.", "more": {"hint": "Look up."}, "by": "Jo"},
            {"q": "How?", "a": "", "by": "Jo"},
            {"q": "When?", "a": "Now.", "more": {"hint": "Look up."}},
        ],
    }

    assert sorted(_left_out(data)) == [
        "How? | Jo",
        "about.note: Written in May.",
        "by: Jo",
        "faq.more.hint: Look up.",
    ]


def test_other_languages_of_an_export_are_named() -> None:
    """Botpress keeps an answer a language, of which one is read."""
    given = {
        "questions": {"en": ["Why?"], "fr": ["Pourquoi ?"]},
        "answers": {"en": ["So."], "fr": ["Ainsi."]},
    }

    assert "qnas.data.answers.fr: Ainsi." in _left_out({"qnas": [{"id": "x", "data": {"enabled": True, **given}}]})  # fmt: skip


def test_a_key_that_comes_twice_is_named() -> None:
    """JSON keeps the last; the first would vanish."""
    blocks = list(read(b'{"Why?": "So.", "How?": "Thus.", "Why?": "Because."}', "e.json"))

    assert [block.pair.answer for block in blocks if block.pair] == ["Because.", "Thus."]
    assert [block.text for block in blocks if block.kind is Kind.LEFT_OUT] == ["Why?: So."]


_TEXT = st.from_regex(r"[a-z]{3,8}[?.]?", fullmatch=True)
_TREE = st.recursive(
    _TEXT
    | st.fixed_dictionaries({"question": _TEXT, "answer": _TEXT | st.lists(_TEXT, max_size=2)}),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["one", "name", "note", "tags", "answer"]), inner, max_size=3
        )
    ),
    max_leaves=15,
)


@given(_TREE)
def test_each_text_is_read_or_named(data: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """No shape of groups makes a text vanish."""
    with suppress(UnsupportedDocument):
        shown = " ".join(
            " ".join(
                (*block.pair.questions, block.pair.answer, block.pair.section, *block.pair.tags)
            )
            if block.pair
            else block.text
            for block in _blocks(data)
        )
        assert [text for text in _strings(data) if text.strip("?.") not in shown] == []


def _strings(data: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(data, dict):
        data = list(data.values())
    return [text for each in data for text in _strings(each)] if isinstance(data, list) else [data]


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (b"", UnreadableDocument, "not JSON, or cut off"),
        (b'{"qna": [', UnreadableDocument, "not JSON, or cut off"),
        (b"[" * 100_000, UnreadableDocument, "nested too deep"),
        (b'{"a": 1}', UnsupportedDocument, "in an unknown format"),
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


@pytest.mark.parametrize(
    "bad", ["<div>" * 6_000, "<b" + " a=1" * 600 + ">"], ids=["depth", "attributes"]
)
def test_an_answer_out_of_bounds_keeps_its_text(bad: str) -> None:
    """HTML that no parser takes in one answer costs the document none of its other answers."""
    given = [
        {"question": "Why?", "answer": "So."},
        {"question": "Who?", "answer": f"{bad}Jo &amp; Eva."},
    ]
    pairs = [block.pair for block in read(json.dumps(given).encode(), "a.json") if block.pair]

    assert [pair.answer for pair in pairs] == ["So.", "Jo & Eva."]


def test_a_question_of_qna_maker_that_only_follows_another_is_a_draft() -> None:
    """Its words say too little alone."""
    items = [
        {"id": 1, "answer": "Yes.", "questions": ["Is it far?"], "context": {"isContextOnly": False}},
        {"id": 2, "answer": "Two.", "questions": ["Cost"], "context": {"isContextOnly": True}},
    ]  # fmt: skip
    found = found_in(json.dumps({"qnaList": items}).encode(), "a.json")

    assert [(each.question, bool(each.reason)) for each in found.candidates] == [
        ("Is it far?", False),
        ("Cost", True),
    ]


_INTENTS = (
    ("greeting", ["Hi"], ["Hello"]),
    ("far", ["Is it far?", "far"], ["A mile.", "Not far."]),
    ("dear", ["Is it dear?"], ["No."]),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"question": "Is it far?", "answer": "A mile."}\n\n{"question": "Is it dear?", "answer": "No."}\n'),
        ("a.json", '[{"prompt": "Is it far?", "completion": "A mile."}, {"prompt": "Is it dear?", "completion": "No."}]'),
        ("a.json", '{"talks": [["Is it far?", "A mile.", "Oh."], ["Is it dear?", "No."]]}'),
        ("a.json", '{"Ways": {"list": [{"title": "Is it far?", "content": "A mile."}]}, "Money": [{"q": "Is it dear?", "a": "No."}]}'),
        ("a.json", json.dumps({"intents": [{"tag": tag, "patterns": asked, "responses": said} for tag, asked, said in _INTENTS]})),
    ],
)  # fmt: skip
def test_further_shapes_of_pairs(name: str, text: str) -> None:
    """An object on each line, prompts, conversations, groups at any depth, and intents with patterns."""
    found = found_in(text.encode(), name)

    assert [(each.question, each.answer) for each in found.candidates] == [
        ("Is it far?", "A mile."),
        ("Is it dear?", "No."),
    ]
