"""Knowledge bases made in Python: wrong types and ids are refused, all at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faqbot.bot import Bot
from faqbot.errors import InvalidEntry
from faqbot.kb import bundled_path, check_models, load_knowledge_base
from faqbot.models import Entry, KnowledgeBase, KnowledgeBaseTest

_ENTRY = Entry("lost-key", "I lost my key.", "Ask at the desk.")


def refused(kb: KnowledgeBase) -> list[str]:
    """Return the messages with which a bot of *kb* is refused."""
    with pytest.raises(InvalidEntry) as caught:
        Bot.from_knowledge_base(kb, "none", cache=False)
    return [fault.message for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("id", "lost key", "`id` must be 1 to 200 characters without blanks, and not `none`: it is `lost key`"),
        ("id", "none", "and not `none`: it is `none`"),
        ("id", "lost\nkey", "without blanks"),
        ("id", "lost\x00key", "without blanks"),
        ("id", "", "`id` must be 1 to 200 characters"),
        ("id", "a" * 201, "it is `aaa"),
        ("id", None, "`id` must be text"),
        ("question", None, "`question` must be text"),
        ("answer", b"There", "`answer` must be text"),
        ("url", 7, "`url` must be text"),
        ("alternates", "key lost", "`alternates` must be a tuple of texts"),
        ("alternates", ["key lost"], "`alternates` must be a tuple of texts"),
        ("keywords", (1,), "`keywords` must be a tuple of texts"),
        ("follow_ups", "lost-key", "`follow_ups` must be a tuple of texts"),
        ("audience", "staff", "`audience` must be a frozenset of texts"),
        ("audience", {"staff"}, "`audience` must be a frozenset of texts"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object, wanted: str) -> None:
    """The sentence gives the number of the entry, its field and the right form."""
    wrong: dict[str, Any] = {field: value}
    (message,) = refused(KnowledgeBase((_ENTRY, replace(_ENTRY, **{"id": "other"} | wrong))))

    assert message.startswith("item 2 of `entries`: ")
    assert wanted in message


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("title", None, "`title` must be text"),
        ("fallback", 1, "`fallback` must be text"),
        ("language", None, "`language` must be a code such as `en` or `pt-BR`, not `None`"),
        ("caution", "high", "`caution` must be a `Caution`, not `'high'`"),
        ("languages", "en", "`languages` must be a tuple of texts"),
        ("synonyms", ("ab", "cd"), "`synonyms` must be a tuple of tuples with two or more texts"),
        ("synonyms", (("car",),), "`synonyms` must be a tuple of tuples with two or more texts"),
        ("entries", [_ENTRY], "`entries` must be a tuple of `Entry`"),
        ("entries", ("lost-key",), "`entries` must be a tuple of `Entry`"),
        ("tests", (_ENTRY,), "`tests` must be a tuple of `KnowledgeBaseTest`"),
        ("manners", (KnowledgeBaseTest("hi"),), "`manners` must be a tuple of `Entry`"),
    ],
)
def test_a_wrong_header_is_named(field: str, value: object, wanted: str) -> None:
    """The fields of the knowledge base itself are checked too."""
    wrong: dict[str, Any] = {"entries": (_ENTRY,), field: value}

    assert refused(KnowledgeBase(**wrong)) == [wanted]


def test_an_id_is_taken_once() -> None:
    """Two entries with one id are refused, also if one of them comes from a file."""
    read = replace(_ENTRY, path=Path("kb.yaml"), line=3)

    for entries in ((_ENTRY, _ENTRY), (read, _ENTRY), (read, read)):
        assert refused(KnowledgeBase(entries)) == [
            "item 2 of `entries`: the id `lost-key` is taken by item 1: choose another"
        ]


def test_all_faults_come_at_once() -> None:
    """A program's author mends them in one go."""
    entries = (replace(_ENTRY, id="A B", audience="x"), replace(_ENTRY, id=""))  # type: ignore[arg-type]

    assert len(refused(KnowledgeBase(entries))) == 3


def test_right_models_pass() -> None:
    """So does a knowledge base from a file, and a follow-up to an entry that is served elsewhere."""
    check_models(KnowledgeBase((replace(_ENTRY, follow_ups=("elsewhere",)),)))
    check_models(load_knowledge_base(bundled_path()))
    check_models(KnowledgeBase(()))
    for name in ("ask_name", "chitchat/ask_name", "Q12", "über.uns", "#4"):
        check_models(KnowledgeBase((replace(_ENTRY, id=name),)))
