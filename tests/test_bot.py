"""The bot: what it says to a question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.errors import EncoderError, InvalidQuestion, KnowledgeBaseNotFound
from faqbot.kb import bundled_path, load_knowledge_base
from faqbot.models import Answer, Caution, Entry, KnowledgeBase, Outcome, Question
from faqbot.retrieval.text import exact_keys

_ENCODERS = [
    "none",
    pytest.param(
        "wordllama",
        marks=pytest.mark.skipif(
            find_spec("wordllama") is None,
            reason="wordllama, of the extra `semantic`, is not installed",
        ),
    ),
]
_ANY_TEXT = st.text(st.characters(exclude_categories=()))

_STAFF = frozenset({"staff"})
_KB = KnowledgeBase(
    (
        Entry("reset", "How do I reset my password?", "Press *Forgot*.", ("forgot password",),
              follow_ups=("lock", "secret", "draft", "gone")),
        Entry("lock", "Why is my account locked?", "Too many tries.", ("account locked",)),
        Entry("refund", "How do I get a refund?", "Write to us.", ("money back", "returns")),
        Entry("exchange", "How do I exchange an item?", "Send it back.", ("swap an item", "returns"),
              ("exchange rates",)),
        Entry("secret", "What is the staff discount?", "Half.", ("staff prices",), audience=_STAFF,
              follow_ups=("wages",)),
        Entry("wages", "When are wages paid?", "Monthly.", audience=_STAFF),
        Entry("draft", "What comes next year?", "Unknown.", ("future plans",), draft=True),
    ),
    contact="Call us.",
    synonyms=(("pw", "password"), ("IT", "help desk")),
)  # fmt: skip
_BOT = Bot.from_knowledge_base(_KB, "none", cache=False)


@cache
def bundled(encoder: str) -> Bot:
    """Return a bot of the knowledge base that comes with faqbot."""
    return Bot.from_file(bundled_path(), encoder, cache=False)


def make(*entries: Entry, **settings: object) -> Bot:
    """Return a bot of *entries* without an encoder."""
    return Bot.from_knowledge_base(KnowledgeBase(entries, **settings), "none", cache=False)  # type: ignore[arg-type]


# --- The invariant: a stored phrasing, however it is typed, returns its own entry.

_CASES = (str, str.upper, str.lower, str.title, str.swapcase, str.capitalize, str.casefold)
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_BLANKS = st.text(" \t\n\r\u00a0\u2003\u3000", min_size=1, max_size=3)
_MARKS = st.text(" .,;:!?\u2026-\u2013\u2014*_()[]\"'\u201c\u201d\u00bf/", max_size=3)


@st.composite
def _retyped(draw: st.DrawFn, text: str, marks: st.SearchStrategy[str] = _MARKS) -> str:
    """Draw a way to type *text*: in another case, with other blanks and punctuation, widened."""
    words = draw(st.sampled_from(_CASES))(text).split()
    gaps = [draw(marks) + draw(_BLANKS) + draw(marks) for _ in words]
    typed = draw(marks) + "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    return typed.translate(_WIDE) if draw(st.booleans()) else typed


def _belongs(answer: Answer, entry: Entry) -> bool:
    return (answer.outcome, answer.confidence, answer.entry) == (Outcome.ANSWERED, 1.0, entry)


@pytest.mark.parametrize("encoder", _ENCODERS)
@given(data=st.data())
def test_a_phrasing_returns_its_entry_however_it_is_typed(
    encoder: str, data: st.DataObject
) -> None:
    """Every phrasing of the bundled knowledge base, in any case, spacing, punctuation and width."""
    bot = bundled(encoder)
    entry = data.draw(st.sampled_from(bot.kb.served))
    typed = data.draw(_retyped(data.draw(st.sampled_from(entry.phrasings))))

    assert _belongs(bot.ask(Question(typed, audience=entry.audience)), entry)


def test_every_phrasing_returns_its_entry() -> None:
    """All that the bundled knowledge base has, shouted and with another mark at the end."""
    bot = bundled("none")
    stored = [(entry, text) for entry in bot.kb.served for text in entry.phrasings]

    wrong = [
        text
        for entry, text in stored
        if not _belongs(
            bot.ask(Question(f"{text.rstrip('?').upper()} !", audience=entry.audience)), entry
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("encoder", _ENCODERS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_phrasing_returns_its_entry_in_any_knowledge_base(
    encoder: str, data: st.DataObject
) -> None:
    """Phrasings of any letters, though they are nearly the same, and as few as one."""
    texts = data.draw(
        st.lists(
            st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=12).filter(
                lambda text: any(char.isalnum() for char in exact_keys(text)[-1])
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda text: exact_keys(text)[-1],
        )
    )
    entries = tuple(Entry(f"e{number}", text, "") for number, text in enumerate(texts))
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), encoder, cache=False)

    for entry in entries:
        assert _belongs(bot.ask(data.draw(_retyped(entry.question))), entry)


_ALIKE = tuple(
    Entry(f"e{number}", text, "")
    for number, text in enumerate(
        [
            "What is C?",
            "What is C++?",
            "What is C#?",
            "What is caf\u00e9?",
            "What is cafe?",
            "can't",
            "cant",
        ]
    )
)


@given(data=st.data())
def test_phrasings_that_share_their_letters_are_told_apart(data: st.DataObject) -> None:
    """In any case, spacing and width; punctuation and accents are what tells them apart."""
    entry = data.draw(st.sampled_from(_ALIKE))
    typed = data.draw(_retyped(entry.question, marks=st.just("")))

    assert _belongs(_ALIKE_BOT.ask(typed), entry)
    assert _belongs(_ALIKE_BOT.ask(entry.question.rstrip("?")), entry)


_ALIKE_BOT = make(*_ALIKE)


def test_a_phrasing_of_two_entries_offers_both() -> None:
    """Neither is answered with; each is as likely as the other."""
    answer = _BOT.ask("RETURNS?")

    assert answer.outcome is Outcome.AMBIGUOUS
    assert [entry.id for entry in answer.choices] == ["refund", "exchange"]
    assert answer.confidence == 0.5
    assert answer.text.splitlines()[-3:] == [
        "1. How do I get a refund?",
        "2. How do I exchange an item?",
        "3. None of these",
    ]


def test_a_phrasing_of_very_many_entries_offers_some() -> None:
    """There are choices to show, however small the chance of each."""
    answer = make(*(Entry(f"e{number}", "Hello", "") for number in range(99))).ask("hello")

    assert answer.outcome is Outcome.AMBIGUOUS
    assert len(answer.choices) == 3
    assert answer.text.count("Hello") == 3


# --- What is said.


def test_an_answer_holds_the_entry_and_what_follows() -> None:
    """Its Markdown, its confidence, the matches, and follow-ups that may be shown."""
    answer = _BOT.ask("Forgot password")

    assert answer.outcome is Outcome.ANSWERED
    assert answer.text == "Press *Forgot*."
    assert answer.entry is _KB.by_id["reset"]
    assert answer.question == Question("Forgot password")
    assert [entry.id for entry in answer.follow_ups] == ["lock"]
    assert answer.choices == ()
    assert answer.matches[0].entry is answer.entry
    assert len(answer.matches) <= 5


def test_what_nothing_answers_gets_the_fallback_and_the_contact() -> None:
    """The author's own fallback goes before the bot's."""
    answer = _BOT.ask("zebra migration")
    own = Bot.from_knowledge_base(replace(_KB, fallback="*No idea.*"), "none", cache=False)

    assert answer.outcome is Outcome.UNANSWERED
    assert answer.text == "I do not know the answer to that.\n\nCall us."
    assert answer.entry is None
    assert own.ask("zebra migration").text == "*No idea.*\n\nCall us."
    assert make(_KB.entries[0]).ask("?").text == "I do not know the answer to that."


def test_a_draft_is_never_served() -> None:
    """Not as an answer, a match, a choice or a follow-up; nor is it counted."""
    for text in ("What comes next year?", "future plans", "forgot password"):
        answer = _BOT.ask(text)
        shown = [*answer.choices, *answer.follow_ups, *(match.entry for match in answer.matches)]
        assert "draft" not in {entry.id for entry in shown}
    assert _BOT.phrasing_count == sum(len(entry.phrasings) for entry in _KB.entries[:-1])


def test_a_draft_cannot_be_picked() -> None:
    """The id of a draft is no id to answer with."""
    kb = KnowledgeBase((Entry("draft", "What comes next year?", "Unknown.", draft=True),))

    with pytest.raises(KeyError, match="draft"):
        Bot.from_knowledge_base(kb, "none").answer_with("draft")


@given(
    st.sampled_from(
        ["staff discount", "What is the staff discount?", "forgot password", "wages", "prices"]
    ),
    st.sampled_from([frozenset(), frozenset({"guest"}), _STAFF, _STAFF | {"guest"}]),
)
def test_an_audience_sees_its_entries_only(text: str, audience: frozenset[str]) -> None:
    """Answers, matches, choices and follow-ups hold nothing for others; one shared label is enough."""
    answer = _BOT.ask(Question(text, audience=audience))
    shown = {
        *(match.entry for match in answer.matches),
        *(*answer.choices, *answer.follow_ups),
    }

    assert all(not entry.audience or entry.audience & audience for entry in shown)
    if text == "What is the staff discount?" and audience & _STAFF:
        assert answer.entry is _KB.by_id["secret"]
        assert [entry.id for entry in answer.follow_ups] == ["wages"]


def test_what_an_entry_is_not_for_is_not_answered_with_it() -> None:
    """Nor offered; its own phrasings still are."""
    answer = _BOT.ask("Exchange rates?")

    assert "exchange" not in {match.entry.id for match in answer.matches}
    assert _BOT.ask("swap an item").entry is _KB.by_id["exchange"]


def test_caution_moves_both_thresholds() -> None:
    """The more cautious, the surer a bot must be before it answers, and before it offers."""
    low, normal, high = (
        make(_KB.entries[0], caution=caution).thresholds
        for caution in (Caution.LOW, Caution.NORMAL, Caution.HIGH)
    )

    assert low.answer < normal.answer < high.answer
    assert low.suggest < normal.suggest < high.suggest
    assert all(0 < one.suggest < one.answer < 1 for one in (low, normal, high))


def test_a_known_entry_can_be_asked_for() -> None:
    """By id or as itself, and the conversation goes on from it; an unknown id is a KeyError."""
    conversation = Conversation()
    answer = _BOT.answer_with("reset", conversation)

    assert _belongs(answer, _KB.by_id["reset"])
    assert conversation.last is answer
    assert _BOT.answer_with(_KB.by_id["reset"]) == answer
    with pytest.raises(KeyError, match="nothing"):
        _BOT.answer_with("nothing")


# --- Another knowledge base is adopted.


def _editions() -> tuple[Bot, Bot]:
    """Return two bots of one subject, of which the second has "lock" reworded and no "refund"."""
    reworded = Entry("lock", "Why am I locked out?", "Wait an hour.", ("account locked",))
    kept = [entry for entry in _KB.entries if entry.id not in {"lock", "refund"}]
    return make(*_KB.entries, contact="One."), make(*kept, reworded, contact="Two.")


def test_an_adopted_base_is_served() -> None:
    """Every answer and every attribute is then the other bot's, which goes on as it was."""
    bot, other = _editions()
    texts = ["account locked", "returns", "forgot pasword", "zebra"]
    names = ("kb", "thresholds", "phrasing_count", "encoder_name", "encoder_note", "cache_state")

    bot.adopt(other)

    assert [bot.ask(text) for text in texts] == [other.ask(text) for text in texts]
    assert bot.explain("locked") == other.explain("locked")
    assert [getattr(bot, name) for name in names] == [getattr(other, name) for name in names]
    assert bot.cache_path is None


@pytest.mark.parametrize("text", ["account locked", "zebra", "forgot password"])
def test_a_question_being_answered_keeps_its_base(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though another base is adopted between finding and deciding, the answer is of the first."""
    bot, other = _editions()
    expected, explained = bot.ask(text), bot.explain(text)
    retriever = bot._engine.retriever
    retrieve = retriever.retrieve

    def adopt_meanwhile(*asked: Any) -> object:  # noqa: ANN401  whatever it takes
        found = retrieve(*asked)
        bot.adopt(other)
        return found

    first = bot._engine
    monkeypatch.setattr(retriever, "retrieve", adopt_meanwhile)
    assert bot.ask(text) == expected
    assert bot.kb is other.kb
    bot._engine = first
    assert bot.explain(text) == explained


def test_an_offer_is_picked_as_it_now_stands() -> None:
    """The answer of a reworded entry is the new one, also by the entry as it was shown."""
    bot, other = _editions()
    conversation = Conversation()
    bot.ask("forgot password", conversation)
    shown = conversation.offered[0]
    bot.adopt(other)

    assert shown.answer == "Too many tries."
    assert bot.answer_with(shown).text == "Wait an hour."
    assert bot.ask("1", conversation).text == "Wait an hour."


def test_an_offer_that_is_gone_is_no_offer() -> None:
    """Its number is then not on the list; asked for as itself, it is a KeyError."""
    bot, other = _editions()
    conversation = Conversation()
    bot.ask("returns", conversation)
    number = 1 + [entry.id for entry in conversation.offered].index("refund")
    bot.adopt(other)

    assert bot.ask(str(number), conversation).manners
    with pytest.raises(KeyError, match="refund"):
        bot.answer_with(_KB.by_id["refund"])


@pytest.mark.parametrize("now", [{"draft": True}, {"audience": _STAFF}])
def test_an_offer_that_became_hidden_is_no_offer(now: dict[str, object]) -> None:
    """Neither a draft nor an entry for others is shown because it once was offered."""
    reset, lock = _KB.entries[:2]
    bot, other = make(reset, lock), make(reset, replace(lock, **now))  # type: ignore[arg-type]
    conversation = Conversation()
    bot.ask("forgot password", conversation)
    bot.adopt(other)

    assert bot.ask("1", conversation).manners


@given(st.sampled_from(["forgot", "password acount", "returns", "zebra", ""]), st.integers(0, 8))
def test_every_limit_gives_the_same_matches(text: str, limit: int) -> None:
    """Fewer are the first of more, and they are those of the answer."""
    assert _BOT.retrieve(text, limit) == _BOT.retrieve(text, 8)[:limit]
    assert _BOT.retrieve(text) == list(_BOT.ask(text).matches)
    assert _BOT.retrieve(Question(text)) == _BOT.retrieve(text)


# --- Conversations.


@pytest.mark.parametrize("limit", [0, 1, 5, 20])
@pytest.mark.parametrize(
    "text", ["password", "account refund exchange", "Hi. How do I reset it? Is a refund possible?"]
)
def test_the_limit_of_matches_changes_nothing_else_of_an_answer(text: str, limit: int) -> None:
    """An answer lists more matches where asked, and says the same."""
    answer, usual = _BOT.ask(text, limit=limit), _BOT.ask(text)

    assert replace(answer, matches=()) == replace(usual, matches=())
    assert answer.matches[: len(usual.matches)] == usual.matches
    assert len(answer.matches) <= max(limit, 5)


def test_an_answer_lists_more_than_five_matches_where_asked() -> None:
    """The bound of five is a default."""
    entries = tuple(Entry(f"e{n}", f"Which lamp is number {n}?", "This one.") for n in range(9))
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False)

    assert (len(bot.ask("which lamp").matches), len(bot.ask("which lamp", limit=8).matches)) == (
        5,
        8,
    )


def test_a_beginning_is_completed_for_its_audience() -> None:
    """Completions are entries that the person may see."""
    hidden, shown = Question("what is th"), Question("what is th", audience=_STAFF)

    assert [entry.id for entry in _BOT.complete(hidden)] == []
    assert [entry.id for entry in _BOT.complete(shown)] == ["secret"]
    assert [entry.id for entry in _BOT.complete("how do i", limit=2)] == ["reset", "refund"]


def test_a_number_picks_what_was_offered() -> None:
    """First among choices, then among the follow-ups of what was picked."""
    kb = replace(
        _KB,
        entries=(*_KB.entries[:2], replace(_KB.entries[2], follow_ups=("lock",)), *_KB.entries[3:]),
    )
    bot, conversation = Bot.from_knowledge_base(kb, "none", cache=False), Conversation()
    bot.ask("returns", conversation)

    answer = bot.ask("1", conversation)
    assert _belongs(answer, kb.by_id["refund"])
    assert answer.question.text == "1"
    assert _belongs(bot.ask("(1)", conversation), kb.by_id["lock"])


def test_other_text_is_a_new_question() -> None:
    """A number beyond the choices, or without a conversation, is no question and changes nothing."""
    conversation = Conversation()
    _BOT.ask("returns", conversation)

    assert _BOT.ask("7", conversation).manners
    assert conversation.offered
    assert _belongs(_BOT.ask("account locked", conversation), _KB.by_id["lock"])
    assert _BOT.ask("1").manners


def test_a_conversation_changes_no_answer_but_a_numbers() -> None:
    """The same question is answered the same in the middle of one."""
    conversation = Conversation()
    for text in ("returns", "forgot password", "zebra", "returns"):
        assert _BOT.ask(text, conversation) == _BOT.ask(text)


# --- Explanations.


def test_an_explanation_tells_how_the_question_was_read() -> None:
    """Its words, slips, synonyms and the thresholds, with the answer that `ask` gives."""
    found = _BOT.explain("reset my pw on the acount")

    assert found.words == ("reset", "my", "password", "on", "the", "account")
    assert found.corrections == (("acount", "account"),)
    assert found.synonyms == (("pw", "password"),)
    assert found.thresholds == _BOT.thresholds
    assert found.answer == _BOT.ask("reset my pw on the acount")


def test_reasons() -> None:
    """One for each way that an outcome comes about."""
    assert "is a phrasing of this entry" in _BOT.explain("money back").reason
    assert "a phrasing of 2 entries" in _BOT.explain("returns").reason
    assert "Nothing in the question could be matched" in _BOT.explain("?!").reason
    assert "Nothing in the question could be matched" in make().explain("what is it").reason


@given(
    st.lists(
        st.sampled_from(["how", "do", "i", "reset", "forgot", "password", "acount", "item", "x"]),
        max_size=5,
    )
)
def test_a_reason_names_what_decided(words: list[str]) -> None:
    """The confidence, the threshold it is beside, and what would have made it decline."""
    found = _BOT.explain(" ".join(words))
    answer, limits = found.answer, found.thresholds
    if not answer.matches or answer.confidence == 1:
        return

    assert f"{answer.confidence:.0%}" in found.reason
    if "So choices are offered" not in found.reason:
        assert f"{limits.suggest:.0%}" in found.reason
        expected = (
            Outcome.ANSWERED if answer.confidence >= limits.answer
            else Outcome.AMBIGUOUS if answer.confidence >= limits.suggest
            else Outcome.UNANSWERED
        )  # fmt: skip
        assert answer.outcome is expected
    if answer.outcome is Outcome.ANSWERED:
        assert f"below {limits.suggest:.0%} declined" in found.reason
    if answer.outcome is Outcome.AMBIGUOUS:
        assert answer.choices


# --- Bad input.

_BAD = {
    "empty": "",
    "blank": " \t\r\n\u00a0" * 50,
    "long": "what is diplomacy " * 2500,
    "long-blank": " " * 40_000,
    "long-word": "a" * 40_000,
    "repeated": "treaty " * 10_000,
    "noise": " ".join(f"{a}{b}{c}qx" for a in "cps" for b in "aeiou" * 9 for c in "xzvkj" * 20),
    "emoji": "\U0001f600\U0001f44d\U0001f3fd\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "controls": "".join(map(chr, range(32))) * 100,
    "nul": "what\0is\0diplomacy" + "\0" * 999,
    "right-to-left": "\u202e\u05de\u05d4 \u05d4\u05d9\u05d0 \u062f\u0628\u0644\u0648\u0645\u0627\u0633\u064a\u0629\u061f " * 99,
    "lone-surrogates": "\ud800what\udfff is\udc00" * 500,
    "punctuation": "?!.,;:\u2026\u2014()[]{}\"'" * 500,
    "apostrophes": "'" * 999 + "a'" * 9999,
    "dots": "a." * 20_000,
    "zalgo": "".join(char + "\u0301\u0327\u0345\u1dca\u0f71" * 20 for char in "what is it" * 20),
    "marks": "a" + "\u0301\u0327\u0345\u1dca\u0f71" * 8000,
    "ligatures": "\ufdfa" * 40_000,
    "ideographs": "".join(map(chr, range(0x4E00, 0x9000))),
    "digits": "9" * 40_000,
    "regex": "(a+)+$" * 999,
}  # fmt: skip


def _is_bounded(answer: Answer, bot: Bot) -> bool:
    """Say whether *answer* is as small and as whole as any."""
    longest = max(len(text) for entry in bot.kb.entries for text in (entry.answer, entry.question))
    limit = max(4 * longest, len(bot.kb.fallback) + len(bot.kb.contact)) + 99
    return len(answer.matches) <= 5 and len(answer.text) <= limit and 0 <= answer.confidence <= 1


@pytest.mark.parametrize("encoder", _ENCODERS)
@pytest.mark.parametrize("text", _BAD.values(), ids=_BAD)
def test_bad_input_gets_a_bounded_answer(text: str, encoder: str) -> None:
    """Alone, in a conversation, as matches and explained: the same answer, and never an error."""
    bot, conversation = bundled(encoder), Conversation()
    answer, explained = bot.ask(text), bot.explain(text)

    assert _is_bounded(answer, bot)
    assert explained.answer == bot.ask(text, conversation) == answer
    assert bot.retrieve(text) == list(answer.matches)
    assert len(explained.words) <= 120
    assert len(explained.reason) <= 3000


@pytest.mark.parametrize(
    "name", ["empty", "blank", "emoji", "controls", "punctuation", "digits", "regex"]
)
def test_bad_input_is_not_answered(name: str) -> None:
    """What says nothing is nothing's phrasing."""
    assert bundled("none").ask(_BAD[name]).entry is None


@settings(max_examples=50)
@given(_ANY_TEXT, st.integers(1, 2000))
def test_any_text_gets_a_bounded_answer(text: str, times: int) -> None:
    """Whatever is typed, once or over and over."""
    bot, conversation = bundled("none"), Conversation()
    bot.ask("diplomacy", conversation)

    for typed in (text, (text * times)[:40_000]):
        assert _is_bounded(bot.ask(typed), bot)
        assert _is_bounded(bot.ask(typed, conversation), bot)
        assert bot.explain(typed).answer == bot.ask(typed)
        assert len(bot.retrieve(typed)) <= 5


def test_a_question_after_blanks_and_controls_is_read() -> None:
    """A screenful of what cannot be seen before it does not hide it."""
    bot = bundled("none")
    entry = bot.kb.served[0]

    assert _belongs(
        bot.ask(" \n" * 20_000 + "\x00\u200b" * 300 + entry.question + "\u200b\n"), entry
    )


# --- Making one.


class Vowels:
    """An encoder of one's own: counts vowels."""

    name = "vowels"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit rows of five counts."""
        counts = [[text.lower().count(vowel) for vowel in "aeiou"] for text in texts]
        rows = np.array(counts, np.float32).reshape(len(texts), 5)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)


def test_any_object_of_the_shape_is_an_encoder() -> None:
    """It is used, named, and its index is kept apart in the cache."""
    plain = Bot.from_knowledge_base(_KB, "none")
    own = Bot.from_knowledge_base(_KB, Vowels())
    again = Bot.from_knowledge_base(_KB, Vowels())

    assert (own.encoder_name, own.encoder_note) == ("vowels", "")
    assert [plain.cache_state, own.cache_state, again.cache_state] == ["written", "written", "read"]
    assert own.cache_path == again.cache_path != plain.cache_path
    for text in ("reset", "zebra", "money", "returns", "item swap"):
        assert again.ask(text) == own.ask(text)
    assert own.retrieve("reset") != plain.retrieve("reset")


def test_from_a_file(tmp_path: Path) -> None:
    """What can be asked of a bot about itself; faults are those of loading."""
    path = tmp_path / "kb.yaml"
    path.write_text(
        "version: 1\nentries:\n- id: a\n  question: What?\n  alternates: [Which?]\n  answer: That.\n",
        encoding="utf-8",
    )
    bot = Bot.from_file(str(path), "none")

    assert bot.kb == load_knowledge_base(path)
    assert bot.phrasing_count == 2
    assert bot.cache_state == "written"
    assert bot.cache_path is not None
    assert bot.cache_path.is_file()
    assert Bot.from_file(path, "none", cache=False).cache_path is None
    with pytest.raises(KnowledgeBaseNotFound):
        Bot.from_file(tmp_path / "gone.yaml")
    with pytest.raises(EncoderError, match="word2vec"):
        Bot.from_file(path, "word2vec")


def test_auto_says_what_it_took() -> None:
    """The note is there when nothing was named."""
    bot = Bot.from_knowledge_base(_KB, cache=False)

    assert bot.encoder_note.startswith("auto took ")
    assert re.match(r"none$|wordllama/", bot.encoder_name)


@pytest.mark.parametrize("encoder", _ENCODERS)
@pytest.mark.parametrize(
    "entries",
    [
        (),
        (Entry("a", "A?", "x", draft=True),),
        (Entry("a", "A?", "x"),),
        (Entry("a", "A?", ""), Entry("b", "B?", ""), Entry("c", "C?", "")),
        (Entry("a", "???", "x"), Entry("b", "\U0001f44d", "y"), Entry("c", "", "z")),
        tuple(Entry(f"e{number}", "same", "same") for number in range(70)),
        (Entry("a", "zebra", "x", not_for=tuple(f"what is number {n}" for n in range(99))),),
    ],
    ids=["none", "drafts", "one", "three", "wordless", "all-the-same", "not-for"],
)
def test_odd_knowledge_bases_are_served(entries: tuple[Entry, ...], encoder: str) -> None:
    """Small, empty or strange: every phrasing is found, and the rest gets some answer."""
    bot = Bot.from_knowledge_base(KnowledgeBase(entries), encoder, cache=False)

    for text in ("what is number", "a", "zebra crossing", "", "same thing"):
        assert bot.ask(text).outcome in Outcome
        assert bot.explain(text).reason
    for entry in bot.kb.served:
        if entry.question:
            assert entry.id in {match.entry.id for match in bot.retrieve(entry.question, 99)}
            assert bot.ask(entry.question).outcome is not Outcome.UNANSWERED


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_threads_share_a_bot(encoder: str) -> None:
    """Eight at once, each with a conversation of its own, hear what one would."""
    shared, alone = (Bot.from_knowledge_base(_KB, encoder, cache=False) for _ in range(2))
    questions = [
        *(
            "returns",
            "1",
            "forgot pasword",
            "1",
            "zebra",
            "staff prices",
            "2",
            "how do I get refnd",
        ),
        *("", "swap", "locked out of it", "exchange rates", "What is the pw", "IT", "\ud800", "9"),
    ] * 3

    def talk(bot: Bot, start: int) -> list[Answer]:
        conversation = Conversation()
        turned = questions[start:] + questions[:start]
        return [bot.ask(text, conversation) for text in turned]

    expected = [talk(alone, start) for start in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: talk(shared, start), range(8)))

    assert found == expected


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_a_bot_made_anew_says_the_same(encoder: str) -> None:
    """Built, built again, and read from the cache: every match has the same score and confidence."""
    entries = tuple(
        Entry(
            f"{act}-{thing}",
            f"How do I {act} a {thing}?",
            "So.",
            (f"{act}ing {thing}s", thing + act),
        )
        for thing in ("treaty", "visa", "embassy", "flag")
        for act in ("open", "lose", "sign", "mend")
    )
    kb = KnowledgeBase(entries)
    built, *others = (
        Bot.from_knowledge_base(kb, encoder, cache=cached) for cached in (False, True, True)
    )

    assert [bot.cache_state for bot in others] == ["written", "read"]
    for text in ("sign the visa", "opning flags", "who mends embassies", "zebra", "treaty"):
        for bot in others:
            assert bot.retrieve(text, 9) == built.retrieve(text, 9)


# --- For programs: coroutines, values that come back, and questions of another type.


def test_a_coroutine_answers_as_ask_does() -> None:
    """`aask` gives the answer of `ask`, in the same conversation, while the event loop goes on."""

    async def converse() -> tuple[Answer, Answer]:
        conversation = Conversation()
        return (
            await _BOT.aask("how do I reset my password?", conversation),
            await _BOT.aask("1", conversation),
        )

    first, second = asyncio.run(converse())

    assert first == _BOT.ask("how do I reset my password?")
    assert second.entry is not None
    assert second.entry.id == "lock"


@pytest.mark.parametrize(
    "text",
    ["how do I reset my password?", "returns", "hello", "how is the weather on mars", "1", "9",
     "how do I reset my password? and how do I get a refund?", "no, I meant the refund", "more"],
)  # fmt: skip
def test_metadata_comes_back(text: str) -> None:
    """A program finds its own values on every kind of answer, and on each part of it."""
    conversation, metadata = Conversation(), {"trace": 17}
    _BOT.ask("how do I reset my password?", conversation)

    answer = _BOT.ask(Question(text, metadata=metadata), conversation)

    assert answer.metadata == metadata
    assert all(part.metadata == metadata for part in answer.parts)


def test_a_warm_bot_solves_nothing_when_choices_are_declined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The matrix that takes half a second was inverted before, and the answers are the same."""
    conversations = Conversation(), Conversation()
    entries = [entry for entry in _KB.entries if not entry.audience]
    cold, warm = make(*entries), make(*entries)
    expected = [cold.ask(text, conversations[0]) for text in ("returns", "none of these")]

    warm.warm_up()
    make().warm_up()
    monkeypatch.setattr(np.linalg, "inv", None)

    assert [warm.ask(text, conversations[1]) for text in ("returns", "none of these")] == expected


def test_metadata_makes_no_other_question() -> None:
    """Questions that differ in metadata are equal and have one hash."""
    assert Question("a", metadata={"b": 1}) == Question("a")
    assert hash(Question("a", metadata={"b": []})) == hash(Question("a"))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (None, "NoneType"),
        (b"what", "bytes"),
        (["what"], "list"),
        (Question(None), "NoneType"),  # type: ignore[arg-type]
        (_BOT.ask("what"), "Answer"),
    ],
)
def test_a_question_that_is_no_text_is_refused(question: str, kind: str) -> None:
    """The sentence says what a question is, and what came instead."""
    for call in (_BOT.ask, _BOT.retrieve, _BOT.explain):
        with pytest.raises(InvalidQuestion, match=f"a question is a str .* not {kind}$"):
            call(question)
