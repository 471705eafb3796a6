"""Closed classes of words that the dialogue reads: follow-ups, joined questions, places in a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from faqbot.retrieval.text import fold_case


@dataclass(frozen=True, eq=False)
class DialogueWords:
    """Words and phrases that mark how a message is meant.

    Phrases are as people write them, with accents. Every class is empty for a language without lists,
    so that its messages are read without any rule of another language.

    *leads* join a message to the one before it ("and", "what about"). *topic_pronouns* stand for the topic
    of the question before. *article_pronouns* are those that are articles before a noun. *expletives* are
    phrases whose pronoun stands for nothing ("is there"). *generic* are key terms that name no topic.

    *conjunctions* join two questions, or two subjects that *comparisons* compare. *also* may follow them. *contrasts* stand
    before what a correction takes back ("not red"), *instead* before what it puts in place ("but blue").
    *wishes* open a wish, which asks how to do something. *question_starts* open a question, also after a conjunction. *question_verbs* open a question at the start of a sentence or after a comma.
    *subordinators* open a clause that belongs to the question after it, if no verb follows them.
    *frames* stand before a question word and change nothing ("do you know when ...").
    *requests* open a request that is a question. *asides* open a clause that is no part of the question.

    *opening_fillers* and *closing_fillers* carry no question at the ends of a message.

    *place_leads* and *place_followers* stand around a place in a list. *place_1* to *place_5* and
    *place_last* name places, *place_both* two, *place_all* every place of the list, *place_other* the one of two
    that was not picked. *fillers* are words of a courtesy that do not change it. *referring* words
    mean the bot, the person or the conversation. *interchangeable* words may replace each other.
    *short_forms* are short spellings of a chat, each before the words that it stands for in a courtesy.
    """

    leads: tuple[str, ...] = ()
    topic_pronouns: tuple[str, ...] = ()
    article_pronouns: tuple[str, ...] = ()
    expletives: tuple[str, ...] = ()
    generic: tuple[str, ...] = ()
    conjunctions: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    contrasts: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    question_starts: tuple[str, ...] = ()
    question_verbs: tuple[str, ...] = ()
    subordinators: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    opening_fillers: tuple[str, ...] = ()
    closing_fillers: tuple[str, ...] = ()
    place_leads: tuple[str, ...] = ()
    place_followers: tuple[str, ...] = ()
    place_1: tuple[str, ...] = ()
    place_2: tuple[str, ...] = ()
    place_3: tuple[str, ...] = ()
    place_4: tuple[str, ...] = ()
    place_5: tuple[str, ...] = ()
    place_last: tuple[str, ...] = ()
    place_both: tuple[str, ...] = ()
    place_all: tuple[str, ...] = ()
    place_other: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    referring: tuple[str, ...] = ()
    interchangeable: tuple[str, ...] = ()
    short_forms: tuple[str, ...] = ()

    @cached_property
    def written_out(self) -> Mapping[str, tuple[str, ...]]:
        """Words of each short form: "you" for "u", which is a letter in questions."""
        pairs = zip(self.short_forms[::2], self.short_forms[1::2], strict=True)
        return {fold_case(form): tuple(fold_case(full).split()) for form, full in pairs}


def parse_word_classes(text: str) -> Mapping[str, Sequence[str]]:
    """Return the words of each class of *text*, by the name that stands in brackets before them."""
    named = (part.partition("]") for part in text.split("[")[1:])
    return {name: words.split() for name, _, words in named}


def parse_dialogue_words(text: str) -> DialogueWords:
    """Return the classes of *text*.

    The words of a phrase are joined by "_".
    """
    classes = parse_word_classes(text)
    return DialogueWords(
        **{name: tuple(each.replace("_", " ") for each in found) for name, found in classes.items()}
    )


def alternatives(phrases: Iterable[str]) -> str:
    """Return a regular expression of *phrases*, with or without accents, the longest first.

    It matches nothing without phrases.
    """
    forms = {form for phrase in phrases for form in (phrase, fold_case(phrase))}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    escaped = (r"\s++".join(map(re.escape, form.split())) for form in ordered)
    return "|".join(each.replace("'", "['\u2019]") for each in escaped) or r"(?!)"
