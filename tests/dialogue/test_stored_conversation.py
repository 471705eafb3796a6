"""Conversations as plain data, copies and pickles."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation, Conversations
from faqbot.errors import ConversationError
from faqbot.models import Entry, KnowledgeBase, Outcome, Question

_LONG = "Hang it up, and wait. " * 20
_ENTRIES = (
    Entry("wash", "How do I wash a wool jumper?", _LONG, follow_ups=("dry", "iron")),
    Entry("dry", "How do I dry a wool jumper?", "Flat on a towel."),
    Entry("iron", "How do I iron a wool jumper?", "Through a damp cloth."),
    Entry("fold", "How do I fold a wool jumper?", "Sleeves first."),
    Entry("mend", "How do I mend a wool jumper?", "With a darning needle."),
    Entry("staff", "When is the workshop cleaned?", "At six.", audience=frozenset({"staff"})),
)
_KB = KnowledgeBase(_ENTRIES)
_BOT = Bot.from_knowledge_base(_KB, "none", cache=False)


def by_json(conversation: Conversation) -> Conversation:
    """Return *conversation* as it comes back from a database."""
    return Conversation.from_dict(json.loads(json.dumps(conversation.to_dict())), _KB)


def by_pickle(conversation: Conversation) -> Conversation:
    """Return *conversation* as another process receives it."""
    restored: Conversation = pickle.loads(pickle.dumps(conversation))  # noqa: S301  our own bytes
    return restored


_WAYS = pytest.mark.parametrize("restored", [by_json, by_pickle, copy.copy, copy.deepcopy])
_Way = Callable[[Conversation], Conversation]


@_WAYS
def test_a_number_still_picks(restored: _Way) -> None:
    """The second follow-up of an answer is picked after a move to another process."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper", conversation)

    answer = _BOT.ask("2", restored(conversation))

    assert answer.entry == _ENTRIES[2]


@_WAYS
def test_choices_can_still_be_declined(restored: _Way) -> None:
    """The entries that were turned down are known, so the second refusal ends in the fallback."""
    conversation = Conversation()
    assert _BOT.ask("wool jumper", conversation).outcome is Outcome.AMBIGUOUS

    moved = restored(conversation)
    first = _BOT.ask("none of these", moved)
    second = _BOT.ask("none of these", restored(moved))

    assert first.picked_for == Question("wool jumper")
    assert second.outcome is Outcome.UNANSWERED


@_WAYS
def test_a_long_answer_is_still_pointed_at(restored: _Way) -> None:
    """An answer that was given before the move counts as given."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper?", conversation)

    assert _BOT.ask("how do I wash a wool jumper?", restored(conversation)).repeated


@_WAYS
def test_a_restored_conversation_is_the_same(restored: _Way) -> None:
    """Its last answer, its topic and the offered entries are equal, however it was moved."""
    conversation = Conversation()
    for text in ("how do I dry a wool jumper? and how do I wash a wool jumper?", "wool jumper"):
        _BOT.ask(text, conversation)
        moved = restored(conversation)

        assert moved.last == conversation.last
        assert (moved.topic, moved.offered) == (conversation.topic, conversation.offered)
        assert moved.to_dict() | {"at": 0} == conversation.to_dict() | {"at": 0}


@_WAYS
def test_an_expired_conversation_stays_expired(restored: _Way) -> None:
    """The time without a turn is kept."""
    now = 0.0
    conversation = Conversation(clock=lambda: now)
    _BOT.ask("how do I wash a wool jumper", conversation)
    now = 3600.0

    assert restored(conversation).has_expired()
    assert restored(conversation).offered == ()


def test_a_copy_goes_its_own_way() -> None:
    """A turn of the copy leaves the original as it was."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper?", conversation)
    before = conversation.to_dict()
    _BOT.ask("how do I iron a wool jumper?", copy.copy(conversation))

    assert conversation.to_dict()["given"] == before["given"]


def test_an_entry_that_is_gone_keeps_its_place() -> None:
    """A number picks the choice that was shown under it, and nothing if that was deleted."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper", conversation)
    edited = KnowledgeBase((_ENTRIES[0], _ENTRIES[2]))
    bot = Bot.from_knowledge_base(edited, "none", cache=False)
    data = conversation.to_dict()

    assert bot.ask("2", Conversation.from_dict(data, edited)).entry == _ENTRIES[2]
    assert bot.ask("1", Conversation.from_dict(data, edited)).entry is None


def test_stored_data_opens_no_entry_of_others() -> None:
    """An id that was slipped into the stored choices is not answered to somebody without its label."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper", conversation)
    data: Any = conversation.to_dict()
    data["last"]["follow_ups"] = ["staff"]

    assert _BOT.ask("1", Conversation.from_dict(data, _KB)).entry is None


def test_no_fact_about_the_person_is_stored() -> None:
    """Ids, labels and metadata stay with the program."""
    conversation = Conversation()
    asked = Question("wool jumper", "u-jo", "c-shop", frozenset({"l-gold"}), {"trace": "t-77"})
    _BOT.ask(asked, conversation)
    stored = json.dumps(conversation.to_dict())

    assert not [fact for fact in ("u-jo", "c-shop", "l-gold", "t-77") if fact in stored]


def test_a_newer_form_is_refused() -> None:
    """A stored conversation of a later version is told from a damaged one."""
    data = Conversation().to_dict() | {"version": 99}

    with pytest.raises(ConversationError, match="newer faqbot"):
        Conversation.from_dict(data, _KB)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
def test_damaged_data_is_refused_with_a_sentence(data: st.DataObject) -> None:
    """Whatever a field holds, the conversation is restored or ConversationError is raised."""
    conversation = Conversation()
    _BOT.ask("wool jumper", conversation)
    stored: Any = json.loads(json.dumps(conversation.to_dict()))
    record = data.draw(st.sampled_from([stored, stored["last"], stored["last"]["matches"][0]]))
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(_JSON)
    with suppress(ConversationError):
        assert _BOT.ask("1", Conversation.from_dict(stored, _KB)).text


@pytest.mark.parametrize("data", [None, [], "text", 1, {}])
def test_anything_else_is_refused(data: dict[str, object]) -> None:
    """What is no stored conversation at all has the same sentence."""
    with pytest.raises(ConversationError, match="is damaged: begin a new conversation"):
        Conversation.from_dict(data, _KB)


def test_nested_parts_are_refused() -> None:
    """Answers inside answers, deeper than Python can follow, end in the same error."""
    conversation = Conversation()
    _BOT.ask("wool jumper", conversation)
    data: Any = conversation.to_dict()
    for _ in range(5_000):
        data["last"] = {**data["last"], "parts": [data["last"]]}

    with pytest.raises(ConversationError, match="too deep"):
        Conversation.from_dict(data, _KB)


def test_what_belongs_to_a_process_says_so() -> None:
    """A bot and a map of conversations refuse to be pickled, and say what to do."""
    with pytest.raises(TypeError, match=r"Bot\.from_file"):
        pickle.dumps(_BOT)
    with pytest.raises(TypeError, match=r"Conversation\.to_dict"):
        pickle.dumps(Conversations())


def test_an_edited_answer_counts_as_new() -> None:
    """An answer that was edited after it was given is given again in full."""
    conversation = Conversation()
    _BOT.ask("how do I wash a wool jumper?", conversation)
    edited = KnowledgeBase((replace(_ENTRIES[0], answer="By hand. " * 50), *_ENTRIES[1:]))
    bot = Bot.from_knowledge_base(edited, "none", cache=False)

    answer = bot.ask(
        "how do I wash a wool jumper?", Conversation.from_dict(conversation.to_dict(), edited)
    )

    assert not answer.repeated
