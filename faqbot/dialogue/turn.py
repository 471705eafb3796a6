"""Turn pipeline: ordered steps, of which the first that applies to a message answers it.

A step takes a `Turn` and returns an `Answer`, or None to leave the message to the steps after it.
Steps only read: `take_turn` and `take_pick` record each answer in the conversation, once. To add a
step, write a function and name it in `STEPS`, at its place in the order of precedence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from textwrap import shorten
from typing import TypeAlias

from rapidfuzz import fuzz

from faqbot.dialogue.conversation import Conversation, places
from faqbot.dialogue.interpretation import FollowUp, read_follow_up
from faqbot.dialogue.manners import is_move
from faqbot.dialogue.message_search import MessagePart, search_parts
from faqbot.dialogue.messages import clean_message, is_asked, message_parts, split_message
from faqbot.dialogue.policy import Engine
from faqbot.models import Answer, Entry, Outcome, Question, Reason
from faqbot.retrieval import Retrieval, is_content, is_key_term, normalize, tokenize

# Questions of one message that are answered. Chosen by hand: more fill a screen.
MAX_PARTS = 3
# Interpretations within this confidence of the best tie; the more plausible wins. Chosen by hand.
CONFIDENCE_TIE = 0.02
# Similarity, 0 to 100, from which two words count as the same: one typo in six letters. Chosen by
# hand.
MIN_WORD_SIMILARITY = 85.0
# Longest message, in words, that can name a choice by its words. Chosen by hand.
MAX_WORDS_OF_CHOICE = 6
# Answers of at most so many characters are given again when asked again. Chosen by hand: four lines.
MAX_REPEATED_CHARS = 300
# Longest number, in digits, that is never a question: "1961" is a year. Chosen by hand.
MAX_DIGITS_OF_PLACE = 2
# Longest quotation, in characters, of a question that has no answer. Chosen by hand: one line.
MAX_QUOTE_CHARS = 100
# Order of outcomes in an answer to several questions: the worst part decides. Choices come last, as
# they need a reply.
_SEVERITY = {Outcome.ANSWERED: 0, Outcome.UNANSWERED: 1, Outcome.AMBIGUOUS: 2}
# Reasons of a fallback, and of an answer that the person asked for by name.
_MISSES = (Reason.NO_MATCH, Reason.UNLIKELY)
_ASKED_FOR = (Reason.PICKED, Reason.REPEATED)
# Characters with a meaning in Markdown, which are escaped in a quotation.
_MARKUP = re.compile(r"[\\`*_~|\[\]<>#]")
# Conversation of a message without one: nothing was said before, and nothing is recorded in it.
_NOTHING_SAID = Conversation()


@dataclass(frozen=True)
class Turn:
    """One message, with the parts of a bot and the conversation that its steps read.

    *conversation* is not changed. The other attributes are computed on first use, once.
    """

    engine: Engine
    question: Question
    conversation: Conversation = field(default=_NOTHING_SAID)

    @cached_property
    def found(self) -> Retrieval:
        """Matches of the message on its own."""
        return self.engine.retrieve(self.question)

    @cached_property
    def plain(self) -> Answer:
        """Answer to the message on its own: no small talk, no context."""
        return self.engine.decide(self.question, self.found)

    @cached_property
    def courtesy(self) -> Entry | None:
        """Courtesy or move that the message is; None for any other message."""
        return self.engine.manners.find(self.question.text)

    @cached_property
    def answer(self) -> Answer:
        """Answer of the first step that applies."""
        return _finish(next(filter(None, (step(self) for step in STEPS))), self)

    @cached_property
    def cleaned(self) -> Turn:
        """Turn of the message without greeting, log output, quotation and signature."""
        text = clean_message(self.question.text)
        return self if text == self.question.text else self.part(text)

    @cached_property
    def parts(self) -> Sequence[Turn]:
        """Turns of the sentences and listed items of the cleaned message."""
        texts = message_parts(self.cleaned.question.text)
        return [self.cleaned] if len(texts) <= 1 else [self.part(text) for text in texts]

    def part(self, text: str) -> Turn:
        """Return the turn of *text*, a part of the message."""
        return replace(self, question=replace(self.question, text=text))


Step: TypeAlias = Callable[[Turn], Answer | None]


def take_turn(
    engine: Engine, question: Question, conversation: Conversation | None = None
) -> Answer:
    """Answer *question* and record the answer in *conversation*; raises for no text."""
    if conversation is None:
        return Turn(engine, question).answer
    return _record(conversation, lambda: Turn(engine, question, conversation).answer)


def take_pick(
    engine: Engine, entry: Entry | str, conversation: Conversation | None, question: Question | None
) -> Answer:
    """Answer with *entry*, or the entry of that id, and record the answer in *conversation*.

    *question* is by default that of the entry. Raises KeyError if *entry* is unknown or a draft.
    """
    match = engine.pick(entry)
    answer = engine.answered(question or Question(match.entry.question), (match,), Reason.PICKED)
    return answer if conversation is None else _record(conversation, lambda: answer)


def _record(conversation: Conversation, respond: Callable[[], Answer]) -> Answer:
    """Call *respond* while no other turn of *conversation* runs, and record its answer."""
    with conversation:
        answer = respond()
        conversation.remember(answer)
        return answer


def _finish(answer: Answer, turn: Turn) -> Answer:
    """Return *answer* with the question it was picked for, and without a repeated text."""
    conversation = turn.conversation
    if conversation.last is None:
        return answer
    if answer.entry is not None and conversation.offers_choice(answer.entry):
        answer = replace(answer, picked_for=conversation.pending)
    return _decline_again(_refer_back(answer, turn), turn)


def _decline_again(answer: Answer, turn: Turn) -> Answer:
    """Shorten the text of *answer* if it is the second fallback in a row."""
    last = turn.conversation.last
    if answer.reason not in _MISSES or last is None or last.reason not in _MISSES:
        return answer
    text = turn.engine.manners.words("fallback-again")
    return replace(answer, text=text) if text else answer


def _refer_back(answer: Answer, turn: Turn) -> Answer:
    """Replace the text of *answer* by a reference if the same words were answered with it above.

    Short answers, and answers that the person picked or asked to repeat, are given again.
    """
    if answer.entry is None or answer.manners or answer.parts or answer.reason in _ASKED_FOR:
        return answer
    if len(answer.text) <= MAX_REPEATED_CHARS:
        return answer
    if not turn.conversation.was_given_for(answer.entry, answer.question.text):
        return answer
    text = turn.engine.manners.words("already-given", answer.entry.question)
    return replace(answer, text=text, heading="", repeated=True) if text else answer


# --- Steps on the entries that the last answer offered


def pick(turn: Turn) -> Answer | None:
    """Answer with the offered entries that the message names by their numbers."""
    if turn.conversation.last is None:
        return None
    found = [_picked(turn, entry) for entry in turn.conversation.picked(turn.question)[:MAX_PARTS]]
    answers = [answer for answer in found if answer is not None]
    return _join(turn, answers, more=False) if len(answers) > 1 else next(iter(answers), None)


def decline(turn: Turn) -> Answer | None:
    """Answer the number after the last choice, which declines all choices."""
    declines = turn.conversation.last is not None and turn.conversation.declines(turn.question)
    return _next_best(turn) if declines else None


def choose(turn: Turn) -> Answer | None:
    """Answer with the only choice whose question has every key term of the message."""
    if turn.conversation.last is None or turn.plain.entry is not None:
        return None
    return _picked(turn, _named(turn.question.text, turn.conversation.choices))


def _picked(turn: Turn, entry: Entry | None, reason: Reason = Reason.PICKED) -> Answer | None:
    """Return the answer of *entry* as it now stands.

    The result is None if it is gone.
    """
    if entry is None or not turn.engine.may_show(entry, turn.question.audience):
        return None
    answer = turn.engine.answered(turn.question, (turn.engine.pick(entry),), reason)
    return replace(answer, read_as=entry.question)


def _named(text: str, choices: Sequence[Entry]) -> Entry | None:
    """Return the only entry of *choices* whose question has every key term of *text*."""
    words = tokenize(normalize(text)) if choices else []
    terms = [word for word in words if is_key_term(word)]
    if not terms or len(words) > MAX_WORDS_OF_CHOICE:
        return None
    fitting = [
        entry
        for entry in choices
        if all(_has(tokenize(normalize(entry.question)), term) for term in terms)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _has(words: Sequence[str], term: str) -> bool:
    """Return True if one of *words* is *term*, typos aside."""
    return any(fuzz.ratio(word, term) >= MIN_WORD_SIMILARITY for word in words)


def _next_best(turn: Turn) -> Answer:
    """Offer the matches after the declined choices.

    Decline the question at the second time.
    """
    engine, conversation = turn.engine, turn.conversation
    asked = replace(conversation.pending or turn.question, audience=turn.question.audience)
    declined = (*conversation.turned_down, *(entry.id for entry in conversation.choices))
    found = engine.retrieve(asked, declined)
    answer = engine.unanswered(turn.question, (), Reason.TURNED_DOWN)
    if not conversation.turned_down and found.matches and found.matches[0].confidence > 0.0:
        answer = engine.ambiguous(
            turn.question, found.matches, Reason.TURNED_DOWN, words="more-choices"
        )
    return replace(answer, picked_for=asked)


def number(turn: Turn) -> Answer | None:
    """Answer the number of nothing that is offered, unless the knowledge base has the number."""
    found = places(turn.question.text, len(turn.conversation.offered))
    if not found or turn.found.exact or any(map(turn.engine.retriever.has_word, _digits(turn))):
        return None
    if any(len(each) > MAX_DIGITS_OF_PLACE for each in _digits(turn)):
        return None
    name = "no-such-choice" if turn.conversation.offered else "nothing-to-pick"
    entry = turn.engine.manners.entry(name)
    return None if entry is None else turn.engine.small_talk(turn.question, entry)


def _digits(turn: Turn) -> Sequence[str]:
    return [word for word in tokenize(normalize(turn.question.text)) if word.isdigit()]


# --- Steps on small talk


def exact(turn: Turn) -> Answer | None:
    """Answer a message that is a stored phrasing."""
    return turn.plain if turn.found.exact else None


def move(turn: Turn) -> Answer | None:
    """Answer a move in the conversation, such as "repeat" or "tell me more"."""
    if turn.courtesy is None or not is_move(turn.courtesy):
        return None
    answer = _carry_out(turn, turn.courtesy.id)
    if answer is not None or _is_covered(turn):
        return answer
    return turn.engine.small_talk(turn.question, turn.courtesy)


def correct(turn: Turn) -> Answer | None:
    """Answer the question after words such as "no, I meant"."""
    rest = turn.engine.manners.correction(turn.question.text)
    if not rest or rest == turn.question.text:
        return None
    part = turn.part(rest)
    if part.courtesy is not None:
        return None
    return replace(_answer_part(part, turn.conversation.topic), question=turn.question)


def small_talk(turn: Turn) -> Answer | None:
    """Answer a greeting, thanks and the like, unless the knowledge base covers its words."""
    if turn.courtesy is None or is_move(turn.courtesy) or _is_covered(turn):
        return None
    answer = turn.engine.small_talk(turn.question, turn.courtesy)
    text = turn.engine.manners.reply(turn.engine.manners.find_all(turn.question.text))
    return replace(answer, text=text) if text else answer


def _carry_out(turn: Turn, name: str) -> Answer | None:
    """Return the answer to the move of the id *name*.

    The result is None if nothing was said that it is about.
    """
    choices, topic = turn.conversation.choices, turn.conversation.topic
    if choices and name == "none-of-these":
        return _next_best(turn)
    if len(choices) == 1 and name == "first-choice":
        return _picked(turn, choices[0])
    if topic is not None and name == "more":
        return _more(turn, topic)
    if topic is not None and name == "repeat":
        return _picked(turn, topic, Reason.REPEATED)
    if topic is not None and name == "source":
        return _source(turn, topic)
    return None


def _source(turn: Turn, topic: Entry) -> Answer | None:
    """Say where the answer of *topic* comes from; None if that text is removed."""
    engine, base = turn.engine, turn.engine.kb.source
    entry = engine.kb.by_id.get(topic.id, topic)
    given = [entry.source, entry.url] if entry.source or entry.url else []
    whole = [base.title or base.file, "" if entry.url else base.url]
    source = ", ".join(dict.fromkeys(filter(None, [*given, *whole])))
    name = "source-of" if source else "source-unknown"
    text = engine.manners.words(name, topic.question, source)
    if turn.courtesy is None or not text:
        return None
    return replace(engine.small_talk(turn.question, turn.courtesy), text=text)


def _more(turn: Turn, topic: Entry) -> Answer:
    """Offer the follow-ups of *topic*, as it now stands, whose answers were not given yet."""
    engine = turn.engine
    found = engine.follow_ups(engine.kb.by_id.get(topic.id, topic), turn.question.audience)
    new = tuple(entry for entry in found if not turn.conversation.was_given(entry))
    if new:
        return engine.related(turn.question, new)
    answer = engine.unanswered(turn.question, (), Reason.NO_MORE)
    return replace(answer, text=engine.manners.words("no-more", topic.question))


def _is_covered(turn: Turn) -> bool:
    """Return True if the words of a courtesy are those of an entry that the message finds."""
    text, plain = turn.question.text, turn.plain
    if plain.outcome is Outcome.UNANSWERED:
        return False
    if plain.entry and _shares_half(text, plain.matches[0].phrasing):
        return True
    content = turn.engine.manners.content_of(text)
    if not any(map(is_key_term, content)):
        return False
    near = plain.matches[:1] if plain.entry else plain.matches
    return any(content.issubset(tokenize(normalize(match.phrasing))) for match in near)


def _shares_half(text: str, phrasing: str) -> bool:
    """Return True if *text* has at least half of the words of *phrasing*."""
    words = set(tokenize(normalize(phrasing)))
    return 2 * len(words.intersection(tokenize(normalize(text)))) >= len(words)


# --- Step on a follow-up


def follow_up(turn: Turn) -> Answer | None:
    """Answer a message that leans on the entry last answered with."""
    topic = turn.conversation.topic
    return _in_context(turn, topic) or _unresolved(turn, topic)


def _unresolved(turn: Turn, topic: Entry | None) -> Answer | None:
    """Offer choices if a pronoun of the message makes its plain answer doubtful.

    It is doubtful if the message has at most one key term of its own, and finds another entry with the
    topic in place of the pronoun: "why did it fail" may be about something else than before.
    """
    plain = turn.plain.entry
    if topic is None or plain is None or turn.found.exact or plain.id == topic.id:
        return None
    read = read_follow_up(turn.question.text, topic.question)
    if read is None or not read.has_pronoun or len(read.key_terms) > 1:
        return None
    found = turn.engine.retrieve(replace(turn.question, text=read.texts[0]), without=(topic.id,))
    if not found.matches or found.matches[0].entry.id == plain.id:
        return None
    others = (each for each in found.matches[:1] if each.entry.id not in topic.follow_ups)
    return turn.engine.ambiguous(turn.question, (*turn.plain.matches[:1], *others), Reason.CLOSE)


def _in_context(turn: Turn, topic: Entry | None) -> Answer | None:
    """Answer the message as a follow-up to *topic*, unless its plain answer is as good."""
    if topic is None:
        return None
    read = read_follow_up(turn.question.text, topic.question)
    if read is None or (turn.plain.outcome is Outcome.ANSWERED and not read.explicit):
        return None
    answer = _likeliest([*_interpretations(turn, read, topic)], read)
    if answer is None or not (_is_whole(answer, read) or _is_clearer(answer, turn.plain)):
        return None
    return answer


def _is_whole(answer: Answer, read: FollowUp) -> bool:
    """Return True for an answer to a message of one key term, with the whole topic for its pronoun."""
    resolved = read.has_pronoun and answer.read_as == read.texts[0]
    return resolved and len(read.key_terms) <= 1 and answer.outcome is Outcome.ANSWERED


def _likeliest(answers: Sequence[Answer], read: FollowUp) -> Answer | None:
    """Return the first of the *answers* that are about as sure as the surest; None without answers.

    If a pronoun stands for the topic, an answer to the message with the whole topic goes before answers
    about a part of it: "it" after bilateral diplomacy is not all diplomacy.
    """
    whole = read.has_pronoun and answers and answers[0].read_as == read.texts[0]
    if whole and answers[0].outcome is Outcome.ANSWERED:
        return answers[0]
    best = max((answer.confidence for answer in answers), default=0.0)
    likely = (answer for answer in answers if answer.confidence >= best - CONFIDENCE_TIE)
    return next(likely, None)


def _is_clearer(answer: Answer, plain: Answer) -> bool:
    """Return True if *answer*, found in context, halves the doubt that the *plain* answer leaves."""
    if answer.outcome is Outcome.ANSWERED:
        return 1.0 - answer.confidence < (1.0 - plain.confidence) / 2
    return plain.outcome is Outcome.UNANSWERED


def _interpretations(turn: Turn, read: FollowUp, topic: Entry) -> Iterator[Answer]:
    """Yield an answer to each interpretation, from entries other than *topic*."""
    engine = turn.engine
    supported: dict[str, bool] = {}  # interpretations share entries, whose texts may be long
    for text in read.texts:
        found = engine.retrieve(replace(turn.question, text=text), without=(topic.id,))
        answer = replace(engine.decide(turn.question, found), read_as=text)
        if answer.outcome is Outcome.UNANSWERED:
            continue
        entry = found.matches[0].entry
        if entry.id not in supported:
            supported[entry.id] = _supports(entry, read)
        if supported[entry.id]:
            yield answer


def _supports(entry: Entry, read: FollowUp) -> bool:
    """Return True if *entry* has most key terms of the message itself."""
    texts = (*entry.phrasings, *entry.keywords, entry.answer)
    words = [*filter(is_content, {word for text in texts for word in tokenize(normalize(text))})]
    had = sum(_has(words, term) for term in read.key_terms)
    return not read.key_terms or 2 * had > len(read.key_terms)


# --- Step on several questions in one message


def several(turn: Turn) -> Answer | None:
    """Answer each of several questions.

    A courtesy beside a single question is ignored.
    """
    fragments = split_message(turn.cleaned.question.text)
    if len(fragments) <= 1:
        return None
    parts = [turn.part(fragment) for fragment in fragments]
    questions = [part for part in parts if not small_talk(part) or exact(part)]
    if not questions:
        return replace(small_talk(parts[-1]) or turn.plain, question=turn.question)
    if len(questions) == 1:
        answer = _answer_part(questions[0], turn.conversation.topic)
        return replace(answer, question=turn.question)
    return _answer_all(turn, [part for part in questions if is_asked(part.question.text)])


def _answer_all(turn: Turn, questions: Sequence[Turn]) -> Answer | None:
    """Answer the first of *questions*, each in the context of the one before it."""
    answers: list[Answer] = []
    topic = turn.conversation.topic
    for part in questions[:MAX_PARTS]:
        answers.append(_answer_part(part, topic))
        topic = answers[-1].entry or topic
    entries = {answer.entry.id for answer in answers if answer.entry is not None}
    if len(entries) <= 1:
        return None
    parts = [_refer_back(answer, turn) for answer in answers]
    return _join(turn, parts, more=len(questions) > MAX_PARTS)


def _answer_part(part: Turn, topic: Entry | None) -> Answer:
    return exact(part) or _in_context(part, topic) or _unresolved(part, topic) or part.plain


def _join(turn: Turn, parts: Sequence[Answer], *, more: bool) -> Answer:
    """Join *parts* to one answer: all texts, with the outcome of the worst part."""
    worst = max(parts, key=lambda part: _SEVERITY[part.outcome])
    texts = [_part_text(turn, part, open_choices=part is worst) for part in parts]
    texts += [turn.engine.manners.words("too-many")] if more else []
    return Answer(
        turn.question,
        worst.outcome,
        min(part.confidence for part in parts),
        "\n\n".join(texts),
        tuple(part.matches[0] for part in parts if part.matches),
        worst.choices,
        () if worst.choices else parts[-1].follow_ups,
        parts=tuple(parts),
        reason=Reason.SEVERAL,
    )


def _part_text(turn: Turn, part: Answer, *, open_choices: bool) -> str:
    if part.repeated:
        return part.text
    if part.entry is not None:
        return f"**{part.entry.question}**\n\n{part.text}"
    if part.outcome is Outcome.AMBIGUOUS and open_choices:
        return part.text
    asked = shorten(part.question.text, MAX_QUOTE_CHARS, placeholder="…")
    return turn.engine.manners.words("unanswered-part", _MARKUP.sub(r"\\\g<0>", asked))


# --- Step on a message around a question


def message(turn: Turn) -> Answer | None:
    """Answer the question inside a longer message: by the whole if that is sure, else by its parts."""
    whole = turn.cleaned
    if whole is turn and len(turn.parts) <= 1:
        return None
    answer = exact(whole) or whole.plain
    if answer.outcome is not Outcome.ANSWERED:
        answer = _best_part(turn) or answer
    return replace(answer, question=turn.question)


def _best_part(turn: Turn) -> Answer | None:
    """Answer by the part that finds the best entry.

    The result is None if no part finds an entry.
    """
    parts = [part for part in turn.parts if part.courtesy is None]
    if len(parts) <= 1:
        return next((exact(part) or part.plain for part in parts), None)
    texts = [MessagePart(part.question.text, is_asked(part.question.text)) for part in parts]
    found = search_parts(texts, turn.cleaned.found, lambda text: turn.part(text).found)
    return None if found is None else turn.engine.decide(turn.question, found)


# --- Last step


def plain(turn: Turn) -> Answer:
    """Answer the message on its own: answer, choices or fallback."""
    return turn.plain


# Steps in order of precedence. The last one answers every message.
STEPS: tuple[Step, ...] = (
    pick,
    decline,
    exact,
    move,
    choose,
    number,
    correct,
    small_talk,
    several,
    follow_up,
    message,
    plain,
)
