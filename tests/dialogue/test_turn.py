"""Turn pipeline: the answer of each step, and the record in the conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.bot import Bot
from faqbot.dialogue.conversation import Conversation
from faqbot.dialogue.pipeline import STEPS, answer_turn, take_turn
from faqbot.dialogue.policy import Engine
from faqbot.dialogue.turn import Turn
from faqbot.models import Answer, Entry, KnowledgeBase, Outcome, Question, Source

_STAFF = frozenset({"staff"})
_ENTRIES = (
    Entry(
        "passport",
        "How do I renew a passport?",
        "At the counter.",
        ("renew my passport", "passport renewal", "extend the validity of a passport"),
        follow_ups=("passport-cost", "visa"),
    ),
    Entry(
        "passport-cost",
        "What does a passport cost?",
        "Sixty.",
        ("price of a passport", "fee for a passport", "how expensive is a passport"),
    ),
    Entry(
        "visa",
        "How do I apply for a visa?",
        "By post.",
        ("visa application", "get a visa", "request a visa"),
        follow_ups=("secret",),
    ),
    Entry(
        "visa-cost",
        "What does a visa cost?",
        "Ninety.",
        ("price of a visa", "fee for a visa", "how expensive is a visa"),
    ),
    Entry(
        "parking",
        "Where can I park?",
        "Behind the house.",
        ("car park", "parking space", "where to leave the car"),
    ),
    Entry("secret", "What is the door code?", "1234.", ("code of the door",), audience=_STAFF),
    Entry("hours", "When are you open?", "From nine.", ("opening hours", "business hours")),
    Entry("hours-august", "When are you open in August?", "From ten.", ("opening hours",)),
)
_KB = KnowledgeBase(_ENTRIES, title="Town hall", fallback="No idea.", contact="Ask the porter.")
_BOT = Bot.from_knowledge_base(_KB, "none", cache=False)


def say(*texts: str, bot: Bot = _BOT, conversation: Conversation | None = None) -> Answer:
    """Return the answer to the last of *texts*, said one after the other."""
    known = conversation or Conversation()
    return [bot.ask(text, known) for text in texts][-1]


def name(answer: Answer) -> str | None:
    """Return the id of the entry that answers."""
    return answer.entry.id if answer.entry else None


# --- Choices.


def test_choices_end_with_none_of_these() -> None:
    """It has the number after theirs, and is no entry."""
    answer = say("opening hours")

    assert [entry.id for entry in answer.choices] == ["hours", "hours-august"]
    assert answer.text.splitlines()[-1] == "3. None of these"


@pytest.mark.parametrize(
    "text", ["2", "the second one", "August", "in august please", "When are you open in August?"]
)
def test_a_choice_is_picked_by_place_or_by_words(text: str) -> None:
    """By what only one of the choices says; the answer tells what it was picked for."""
    answer = say("opening hours", text)

    assert name(answer) == "hours-august"
    assert answer.picked_for == Question("opening hours")


def test_words_of_several_choices_pick_none() -> None:
    """What all of them say is no choice."""
    assert say("opening hours", "opens").outcome is not Outcome.ANSWERED


def test_a_new_question_is_a_new_question() -> None:
    """Though choices are open; a number then no longer stands for one of them."""
    conversation = Conversation()

    assert name(say("opening hours", "Where can I park?", conversation=conversation)) == "parking"
    assert conversation.choices == ()


@pytest.mark.parametrize("text", ["None of these", "3", "neither", "no"])
def test_none_of_these_leads_to_the_next_best_and_then_to_the_contact(text: str) -> None:
    """What was turned down is not offered again."""
    conversation = Conversation()
    first = say("opening hours", text, conversation=conversation)

    assert first.outcome is Outcome.AMBIGUOUS
    assert first.picked_for == Question("opening hours")
    assert {"hours", "hours-august"}.isdisjoint(entry.id for entry in first.choices)
    second = say("none of these", conversation=conversation)
    assert second.outcome is Outcome.UNANSWERED
    assert second.text == "No idea.\n\nAsk the porter."
    assert conversation.choices == ()


def test_yes_picks_the_only_choice() -> None:
    """Of several it asks which."""
    conversation = Conversation()
    conversation.remember(
        replace(say("opening hours"), choices=_ENTRIES[6:7], matches=say("opening hours").matches)
    )

    assert name(say("yes", conversation=conversation)) == "hours"
    assert say("opening hours", "yes").manners


# --- Follow-ups.


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("How do I renew a passport?", "what does it cost", "passport-cost"),
        ("How do I apply for a visa?", "what does it cost", "visa-cost"),
        ("What does a passport cost?", "and a visa?", "visa-cost"),
        ("How do I apply for a visa?", "the fee?", "visa-cost"),
    ],
)
def test_a_follow_up_is_understood_with_what_came_before(
    before: str, text: str, expected: str
) -> None:
    """The same words mean another entry after another answer, which says how it was read."""
    answer = say(before, text)

    assert name(answer) == expected
    assert answer.read_as


def test_a_courtesy_between_changes_nothing() -> None:
    """Nor does a question that was not answered."""
    asked = ("How do I apply for a visa?", "thanks", "zebra", "what does it cost")

    assert name(say(*asked)) == "visa-cost"


@pytest.mark.parametrize(
    "text",
    [
        "Where can I park?",
        "and where can I park",
        "What does a passport cost?",
        "zebra",
        "bread it",
    ],
)
def test_a_question_that_stands_alone_is_not_bent(text: str) -> None:
    """What came before changes neither an answer nor the lack of one."""
    alone, later = say(text), say("How do I apply for a visa?", text)

    assert (later.outcome, name(later)) == (alone.outcome, name(alone))


def test_more_offers_what_follows() -> None:
    """As choices; where nothing may be shown, it is said that this is all."""
    answer = say("How do I renew a passport?", "tell me more")

    assert [entry.id for entry in answer.choices] == ["passport-cost", "visa"]
    assert "How do I apply for a visa?" in say("How do I apply for a visa?", "more").text


def test_more_offers_nothing_that_was_told() -> None:
    """Once all that follows was told, it is said that this is all."""
    conversation = Conversation()
    say("What does a passport cost?", "How do I renew a passport?", conversation=conversation)

    assert [entry.id for entry in say("more", conversation=conversation).choices] == ["visa"]
    say("How do I apply for a visa?", "How do I renew a passport?", conversation=conversation)
    assert say("more", conversation=conversation).choices == ()


def test_what_is_for_others_is_not_offered_by_more() -> None:
    """A follow-up for staff is no follow-up for everybody."""
    everybody, staff = Conversation(), Conversation()
    for conversation in (everybody, staff):
        _BOT.ask("How do I apply for a visa?", conversation)

    assert _BOT.ask("more", everybody).choices == ()
    more = _BOT.ask(Question("more", audience=_STAFF), staff)
    assert [entry.id for entry in more.choices] == ["secret"]


# --- Not repeating.


_LONG = Entry(
    "rules", "What are the rules of the garden?", "Keep to the paths. " * 20, ("the house rules",)
)
_RULED = Bot.from_knowledge_base(replace(_KB, entries=(*_ENTRIES, _LONG)), "none", cache=False)


def test_a_long_answer_to_the_same_words_is_not_pasted_again() -> None:
    """The bot points back to it, until it is asked to repeat."""
    conversation = Conversation()
    again = say(*["what are the rules of the garden"] * 2, conversation=conversation, bot=_RULED)

    assert (name(again), again.repeated, again.heading) == ("rules", True, "")
    assert _LONG.question in again.text
    assert "Keep to" not in again.text
    assert say("say that again", conversation=conversation, bot=_RULED).text == _LONG.answer


def test_other_words_are_answered_again() -> None:
    """The person may not have seen that the answer above is the one."""
    again = say("what are the rules of the garden", "the house rules", bot=_RULED)

    assert (again.repeated, again.text) == (False, _LONG.answer)


def test_a_short_answer_is_given_again() -> None:
    """A reference would be about as long."""
    again = say("Where can I park?", "Where can I park?")

    assert (again.repeated, again.text) == (False, "Behind the house.")


def test_a_pick_is_shown_though_it_was_given() -> None:
    """The person asked for that entry by its number."""
    conversation = Conversation()
    say("What are the rules of the garden?", conversation=conversation, bot=_RULED)
    again = _RULED.answer_with("rules", conversation)

    assert (again.repeated, again.text) == (False, _LONG.answer)


def test_a_second_miss_in_a_row_is_one_line() -> None:
    """The whole fallback comes again after an answer."""
    conversation = Conversation()
    first, second, third = (
        say(text, conversation=conversation) for text in ("xyzzy", "plugh", "frotz")
    )
    say("Where can I park?", conversation=conversation)
    later = say("xyzzy", conversation=conversation)

    assert second.text == third.text != first.text == later.text
    assert "\n" not in second.text
    assert second.outcome is Outcome.UNANSWERED


@pytest.mark.parametrize("text", ["4", "-1", "1 and 3", "explain the third", "the last one"])
def test_a_number_of_nothing_gets_a_sentence(text: str) -> None:
    """Nothing is offered, so that no number can pick."""
    answer = say(text)

    assert (answer.manners, answer.outcome) == (True, Outcome.UNANSWERED)
    assert answer.text == _BOT._engine.manners.words("nothing-to-pick")


def test_a_number_beyond_the_list_gets_a_sentence() -> None:
    """The choices stay open."""
    conversation = Conversation()
    answer = say("opening hours", "9", conversation=conversation)

    assert answer.text == _BOT._engine.manners.words("no-such-choice")
    assert len(conversation.choices) == 2


def test_a_number_of_the_knowledge_base_is_a_question() -> None:
    """An emergency number and a year are looked up."""
    entry = Entry("gate", "What is at gate 12?", "The bus.", ("12",))
    bot = Bot.from_knowledge_base(replace(_KB, entries=(*_ENTRIES, entry)), "none", cache=False)

    assert name(say("12", bot=bot)) == "gate"
    assert not say("1961").manners


def test_several_choices_are_picked_at_once() -> None:
    """Each is answered under its question."""
    conversation = Conversation()
    say("opening hours", conversation=conversation)
    first, second = conversation.choices
    answer = say("1 and 2", conversation=conversation)

    assert [part.entry for part in answer.parts] == [first, second]
    assert answer.text.count(f"**{first.question}**") == 1


@pytest.mark.parametrize(
    "text", ["no i meant where can i park", "no, parking please", "sorry, I meant the car park"]
)
def test_a_correction_is_asked_at_once(text: str) -> None:
    """The words after it are the question."""
    answer = say("opening hours", text)

    assert (name(answer), answer.question.text) == ("parking", text)


def test_the_source_of_the_last_answer_is_said() -> None:
    """The passage of the entry, else the document of the base; at first there is no answer."""
    entry = replace(_LONG, source="Page 3", url="https://example.org/rules")
    kb = replace(_KB, entries=(*_ENTRIES, entry), source=Source(title="The handbook"))
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    told = say("the house rules", "can you give a source for that", bot=bot)
    assert told.text.endswith("comes from: Page 3, https://example.org/rules, The handbook")
    assert say("Where can I park?", "is that true?", bot=bot).text.endswith(": The handbook")
    assert "no source" in say("Where can I park?", "says who").text
    assert say("is that true?").manners


@pytest.mark.parametrize("text", ["never mind", "cancel", "start over", "no thanks"])
def test_a_conversation_can_be_dropped(text: str) -> None:
    """Nothing is offered afterwards."""
    conversation = Conversation()
    answer = say("opening hours", text, conversation=conversation)

    assert answer.manners
    assert conversation.offered == ()


def test_there_is_nothing_to_repeat_at_first() -> None:
    """It is said so, and it is no question."""
    answer = say("repeat")

    assert answer.manners
    assert "nothing to repeat" in answer.text


# --- Manners.


@pytest.mark.parametrize(
    "text", ["renew a passport", "opening hours", "repeat", "2", "thanks!", "and why", "xyzzy"]
)
def test_a_question_alone_is_the_first_of_a_conversation(text: str) -> None:
    """Nothing was said before it, and it leaves nothing behind."""
    first = _BOT.ask(text, Conversation())

    assert _BOT.ask(text) == _BOT.ask(text) == first


@pytest.mark.parametrize("text", ["hello", "Thanks!", "are you a bot?", "bye"])
def test_a_courtesy_is_answered_as_one(text: str) -> None:
    """It is no question, and what was said before stays."""
    conversation = Conversation()
    answer = say("opening hours", text, conversation=conversation)

    assert answer.manners
    assert answer.outcome is Outcome.ANSWERED
    assert len(conversation.choices) == 2


def test_an_entry_goes_before_a_courtesy() -> None:
    """Where the knowledge base has an answer that is put in its words."""
    entry = Entry("bot", "Are you a bot or a clerk?", "A clerk.")
    bot = Bot.from_knowledge_base(replace(_KB, entries=(*_ENTRIES, entry)), "none", cache=False)

    assert say("are you a bot", bot=bot).text == "A clerk."


@pytest.mark.parametrize(
    "text", ["Hello, how are you? Where can I park?", "Where can I park? Thanks!", "Hi!\nCar park?"]
)
def test_a_courtesy_beside_a_question_is_passed_over(text: str) -> None:
    """The question is answered, and the answer is to the whole message."""
    answer = say(text)

    assert (name(answer), answer.manners, answer.question.text) == ("parking", False, text)


def test_two_courtesies_are_answered_together() -> None:
    """Thanks and goodbye get a reply each."""
    answer = say("Thanks a lot! Bye!")

    assert name(answer) == "goodbye"
    assert answer.text == f"{say('thanks').text} {say('bye').text}"


# --- Several questions.


def test_each_of_several_questions_is_answered() -> None:
    """Under its own question, in order, also where one leans on the one before."""
    answer = say("How do I apply for a visa? And what does it cost? Where can I park?")

    assert [name(part) for part in answer.parts] == ["visa", "visa-cost", "parking"]
    assert answer.outcome is Outcome.ANSWERED
    assert (
        answer.text.index("By post.") < answer.text.index("Ninety.") < answer.text.index("Behind")
    )
    assert "**What does a visa cost?**" in answer.text


def test_one_of_several_questions_may_have_no_answer() -> None:
    """It is named, and the others are answered."""
    answer = say("Where can I park? What does a visa cost? Who is Bismarck?")

    assert answer.outcome is Outcome.UNANSWERED
    assert "Who is Bismarck?" in answer.text
    assert "Ninety." in answer.text


def test_what_was_typed_is_quoted_as_it_was_typed() -> None:
    """Markdown in a question that has no answer stays text."""
    answer = say("Where can I park? What does a visa cost? Who is [Bis*marck*](x)?")

    assert r"Who is \[Bis\*marck\*\](x)?" in answer.text


def test_three_of_many_questions_are_answered() -> None:
    """The others are to be asked again."""
    asked = ["Where can I park?", "What does a visa cost?", "What does a passport cost?"]
    answer = say(" ".join([*asked, "How do I apply for a visa?"]))

    assert len(answer.parts) == 3
    assert "again" in answer.text.splitlines()[-1]


def test_a_sentence_before_one_question_does_not_make_it_two() -> None:
    """What is only said is no question of its own."""
    answer = say("I have come by car. Where can I park?")

    assert (name(answer), answer.parts) == ("parking", ())


def test_numbers_stand_for_what_the_last_of_several_offers() -> None:
    """The follow-ups of the last answer."""
    conversation = Conversation()
    say("Where can I park? How do I renew a passport?", conversation=conversation)

    assert name(say("1", conversation=conversation)) == "passport-cost"


# --- The pipeline.


def remembered(conversation: Conversation) -> dict[str, object]:
    """Return everything that *conversation* remembers, without its lock."""
    given = conversation._given.copy()
    return {**vars(conversation), "_given": given, "_lock": None}


@pytest.mark.parametrize(
    "text", ["2", "3", "August", "none of these", "again", "more", "thanks", "and a visa?", "zebra"]
)
def test_steps_do_not_change_the_conversation(text: str) -> None:
    """Only `take_turn` records an answer: a turn by itself leaves the memory as it was."""
    conversation = Conversation()
    say("Where can I park?", "opening hours", conversation=conversation)
    before = remembered(conversation)

    answer = answer_turn(Turn(_BOT._engine, Question(text), conversation))

    assert answer.text
    assert remembered(conversation) == before
    assert say(text, conversation=conversation) == answer


@pytest.mark.parametrize("text", ["Where can I park?", "opening hours", "zebra", "repeat"])
def test_a_message_is_retrieved_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps share its matches, and so does the explanation of the answer."""
    engine = _BOT._engine
    asked: list[str] = []

    def retrieve(given: Engine, question: Question, *rest: object, limit: int = 5) -> object:
        asked.append(question.text)
        return found(given, question, *rest, limit=limit)

    found: Callable[..., object] = Engine.retrieve
    monkeypatch.setattr(Engine, "retrieve", retrieve)

    assert take_turn(engine, Question(text)) == _BOT.explain(text).answer
    assert asked == [text, text]


def test_a_number_that_picks_is_not_looked_for() -> None:
    """Retrieval is lazy: a step that needs no matches comes before those that do."""
    conversation = Conversation()
    say("opening hours", conversation=conversation)
    turn = Turn(_BOT._engine, Question("2"), conversation)

    assert name(answer_turn(turn)) == "hours-august"
    assert "found" not in vars(turn)


def test_a_message_of_several_parts_is_not_looked_up_with_its_greeting() -> None:
    """The message without it is, and its parts; a stored phrasing of several parts is looked up."""
    turn = Turn(_BOT._engine, Question("Hello team. I lost my towel. when are the opening hours?"))

    assert answer_turn(turn).entry is not None
    assert "found" not in vars(turn)


def test_every_message_is_answered_by_the_last_step() -> None:
    """So that a turn has an answer, whatever steps are added before it."""
    turn = Turn(_BOT._engine, Question("zebra"))

    meets, last = STEPS[-1]
    assert meets(turn)
    assert last(turn) is turn.plain


_TEXTS = st.sampled_from(
    [
        *(
            "hello",
            "repeat",
            "more",
            "no",
            "yes",
            "1",
            "2",
            "3",
            "9",
            "the last one",
            "why",
            "and a visa?",
        ),
        *(
            "opening hours",
            "Where can I park?",
            "what does it cost",
            "a? b? c? d?",
            "",
            "it",
            "zebra",
        ),
    ]
)


@settings(max_examples=60)
@given(st.lists(_TEXTS | st.text(max_size=40), max_size=8))
def test_any_conversation_goes_on(texts: list[str]) -> None:
    """Whatever is said in whatever order: an answer, with at most three choices."""
    conversation = Conversation()

    for text in texts:
        answer = _BOT.ask(text, conversation)
        assert answer.text
        assert len(answer.choices) <= 3
        assert len(answer.parts) <= 3
        assert answer.question.text == text


@pytest.mark.parametrize(
    "message",
    [
        "Hello everybody! I am new here and nobody is in today. Where can I leave my car? Many thanks, Jo",
        "my old garage was sold last year, sadly.\nwhere can I park",
        "> does anyone know?\nWhere can I park?\n--\nJo Berg\nPhone 12",
    ],
)
def test_a_question_inside_a_message_is_answered(message: str) -> None:
    """The text around a question does not hide it; the answer keeps the message as it was typed."""
    answer = say(message)

    assert answer.entry is not None
    assert answer.entry.id == "parking"
    assert answer.question.text == message


@pytest.mark.parametrize(
    "message",
    [
        "where can I park, what does a visa cost",
        "where can I park & what does a visa cost",
        "where can I park / what does a visa cost?",
        "1. where can I park 2. what does a visa cost",
        "a) where can I park\nb) what does a visa cost",
        "Hi all! Where can I park? Also, what does a visa cost? Thanks, Jo",
    ],
)
def test_questions_in_a_row_are_each_answered(message: str) -> None:
    """Commas, signs, numbers and lines divide questions."""
    assert [part.entry and part.entry.id for part in say(message).parts] == ["parking", "visa-cost"]


def test_a_story_without_a_question_gives_no_answer() -> None:
    """A message about other subjects is not answered by one of its words."""
    message = "We had soup. My aunt came by train, and it rained all day. Then we watched a film."

    assert say(message).outcome is not Outcome.ANSWERED


def test_doubtful_question_of_a_row_is_not_dropped() -> None:
    """Its choices follow the answer to the other question."""
    answer = say("where can I park? opening hours?")

    assert [part.outcome for part in answer.parts] == [Outcome.ANSWERED, Outcome.AMBIGUOUS]
    assert {choice.id for choice in answer.choices} == {"hours", "hours-august"}


def test_question_without_a_key_term_shows_no_choices_of_its_own() -> None:
    """Only the question that names its subject is answered."""
    answer = say("where can I park, what would that mean")

    assert name(answer) == "parking"
    assert answer.parts == ()


def test_courtesy_is_not_covered_by_a_long_phrasing_with_its_words() -> None:
    """A question that begins like it is another question."""
    entry = Entry("slow", "Is it true that the town hall takes ages to answer a letter?", "No.")
    kb = KnowledgeBase((*_ENTRIES, entry))
    bot = Bot.from_knowledge_base(kb, "none", cache=False)

    assert bot.ask("is that true").manners
    assert name(bot.ask(entry.question)) == "slow"


@pytest.mark.parametrize("message", ["does it happen", "why is it the case here"])
def test_a_pronoun_after_an_entry_without_key_terms_is_answered(message: str) -> None:
    """There is no topic to put in the place of the pronoun."""
    entries = (
        Entry("what", "What can you do?", "Things."),
        Entry("why", "Why is it so?", "Because.", ("why is that the case", "why does that happen")),
    )
    bot, conversation = (
        Bot.from_knowledge_base(KnowledgeBase(entries), "none", cache=False),
        Conversation(),
    )
    bot.ask("What can you do?", conversation)

    assert name(bot.ask(message, conversation)) == "why"
