"""Rivals of the best match, words of special shape, keywords and contradictions, on small bases."""

from __future__ import annotations

from functools import cache

import pytest

from faqbot import Bot, Entry, KnowledgeBase, Outcome

_BASES: dict[str, KnowledgeBase] = {
    "signs": KnowledgeBase(
        (
            Entry("c", "How do I lint C files?", "With lintc."),
            Entry("cpp", "How do I lint C++ files?", "With lintpp."),
            Entry("fsharp", "Where is the F# style guide?", "In the wiki."),
            Entry("f", "Where is the F key?", "Beside the D key."),
            Entry("net", "How do I update .NET?", "With the installer."),
            Entry("nets", "What is the net weight?", "Two kilos."),
        )
    ),
    "kites": KnowledgeBase(
        (
            Entry(
                "r7", "How far does the R7 glide?", "Nine miles.", ("What is the reach of the R7?",)
            ),
            Entry(
                "r8", "How far does the R8 glide?", "Ten miles.", ("What is the reach of the R8?",)
            ),
            Entry(
                "lease", "Why did my lease end?", "It ends in autumn.", ("When can a lease end?",)
            ),
            Entry("grace", "What grace period do I have?", "Three months."),
            Entry("lesson", "Do you give flying lessons?", "Yes, on the beach."),
            Entry("line", "How long does a line last?", "For two years."),
            Entry("dues", "Whom do I owe money?", "The treasurer.", keywords=("fee",)),
        )
    ),
    "labels": KnowledgeBase(
        (
            Entry("form-a", "Who signs form A?", "The clerk."),
            Entry("form-b", "Who signs form B?", "The manager."),
            Entry("canteen", "Where is the canteen?", "Downstairs."),
        )
    ),
    "gym": KnowledgeBase(
        (
            Entry("sign-up", "How do I sign up?", "At the desk."),
            Entry("drop-in", "Is there a drop-in class?", "On Fridays."),
            Entry("pickup", "Where is the pick-up point?", "At the gate."),
            Entry("ebike", "Can I park my e-bike?", "In the yard."),
            Entry("wifi", "Is there Wi-Fi in the sauna?", "No."),
            Entry("sauna", "How hot is the sauna?", "90 degrees."),
        )
    ),
    "keywords": KnowledgeBase(
        (
            Entry("bonus", "How is my pay made up?", "See the sheet.", keywords=("RSU", "bonus")),
            Entry(
                "jab", "Do I have to see the nurse?", "Once a year.", keywords=("COVID-19", "flu")
            ),
            Entry("cable", "Which cables are in the drawer?", "A few.", keywords=("USB-C", "HDMI")),
            Entry("visit", "May I bring a guest?", "Yes.", keywords=("HDMI",)),
        )
    ),
    "order": KnowledgeBase(
        (
            Entry("bus", "How do I get from the station to the museum?", "By tram 4."),
            Entry("swap", "Can I change yen into rupees?", "Yes."),
            Entry("minors", "Can people under 21 join?", "No."),
            Entry("hand-in", "How do I hand papers in?", "Online."),
            Entry(
                "closing",
                "When does the exhibition open?",
                "In May.",
                ("when does the display start",),
            ),
            Entry("end", "When does the exhibition end?", "In June."),
            Entry(
                "fridge", "My fridge does not cool, what now?", "Call us.", ("the fridge is warm",)
            ),
        )
    ),
    "acronyms": KnowledgeBase(
        (
            Entry("leave", "How many days of parental leave do I get?", "Sixty days."),
            Entry("boss", "Who approves my expenses?", "Your manager."),
            Entry("who", "What does the World Health Organization do?", "It advises."),
        ),
        synonyms=(("PLV", "parental leave"), ("WHO", "World Health Organization")),
    ),
    "facts": KnowledgeBase(
        (
            Entry(
                "guild",
                "What is the weavers' guild?",
                "A society of people who weave cloth by hand and teach it to others.",
                ("tell me about the guild of weavers",),
            ),
            Entry("loom", "How does a loom work?", "Threads cross each other on a wooden frame."),
        )
    ),
    "names": KnowledgeBase(
        (
            Entry("hub", "What is DockHub?", "A store."),
            Entry("hub-run", "What is DockHub Run?", "A runner."),
            Entry("tea", "Where do I get tea?", "Upstairs."),
        )
    ),
    "clubs": KnowledgeBase(
        (
            Entry("opec", "How many countries are in OPEC?", "Twelve."),
            Entry("efta", "When did EFTA begin?", "In 1960."),
            Entry("lint", "How do I lint C code?", "With lintc."),
            Entry("fsharp", "How do I build an F# project?", "With fsc."),
            Entry("net", "Which release of .NET do I need?", "The newest."),
            Entry("desk", "Where is the desk in Lima?", "In the hall.", ("desk of Lima",)),
            Entry("quito", "Who works in Quito?", "Three people."),
        )
    ),
    "desk": KnowledgeBase(
        (
            Entry("open-red", "How do I open a red drawer?", "Pull."),
            Entry("open-blue", "How do I open a blue drawer?", "Push."),
            Entry("start", "When does the fair start?", "In May."),
            Entry("end", "When does the fair finish?", "In June."),
            Entry("enrol", "How do I register for a course?", "Online."),
            Entry("leave", "How do I deregister from a course?", "By mail."),
            Entry("fund", "How does the pension fund work?", "Well.", keywords=("529(b)", "A/C")),
            Entry("fee", "What is the fee in francs?", "Ten."),
            Entry("keys", "Where do I find my keys?", "On the hook."),
            Entry("room", "What is on floor 3?", "The bar."),
            Entry("leak", "There is a gas leak, what now?", "Leave."),
        )
    ),
    "spelling": KnowledgeBase(
        (
            Entry("colour", "Which colour is the theatre?", "Red."),
            Entry("limit", "What is the maximum load?", "Ten tons."),
            Entry("jewels", "Do you repair jewellery?", "Yes."),
        )
    ),
    "cancel": KnowledgeBase(
        (
            Entry(
                "cancel",
                "How do I cancel my table?",
                "Call us.",
                ("I want to cancel my reservation",),
            ),
            Entry("find", "Where do I find my voucher?", "In your mail."),
            Entry("hours", "When are you open?", "From noon."),
            *(Entry(f"e{n}", f"Do you serve dish number {n}?", "Yes.") for n in range(60)),
        )
    ),
}


@cache
def bot(name: str, encoder: str) -> Bot:
    """Return a bot of one of the bases."""
    return Bot.from_knowledge_base(_BASES[name], encoder, cache=False)


def outcome(name: str, question: str, encoder: str) -> str:
    """Return the id of the answer, "choice", or "none"."""
    answer = bot(name, encoder).ask(question)
    if answer.outcome is Outcome.ANSWERED:
        assert answer.entry is not None
        return answer.entry.id
    return "choice" if answer.outcome is Outcome.AMBIGUOUS else "none"


_BOTH = pytest.mark.parametrize("encoder", ["none", "wordllama"])


@_BOTH
@pytest.mark.parametrize(
    ("name", "question", "right"),
    [
        ("signs", "lint C++", "cpp"),
        ("signs", "how do I lint C?", "c"),
        ("signs", "f# style guide", "fsharp"),
        ("signs", "update .NET", "net"),
        ("labels", "form b, who signs it", "form-b"),
        ("gym", "how do I signup", "sign-up"),
        ("gym", "where is the pickup point", "pickup"),
        ("gym", "can I park my ebike", "ebike"),
        ("gym", "wifi in the sauna", "wifi"),
        ("keywords", "RSU", "bonus"),
        ("keywords", "do you offer an rsu", "bonus"),
        ("keywords", "covid", "jab"),
        ("keywords", "flu", "jab"),
        ("keywords", "usb-c", "cable"),
        ("acronyms", "how much plv do i get", "leave"),
        ("names", "what is DockHubRun", "hub-run"),
        ("names", "DockHub", "hub"),
        ("spelling", "color of the theater", "colour"),
        ("spelling", "max load", "limit"),
        ("spelling", "repair jewelry", "jewels"),
        ("order", "from the station to the museum", "bus"),
        ("order", "can I change yen into rupees please", "swap"),
        ("facts", "tell me about the weavers' guild", "guild"),
        ("clubs", "how many countries are in opec", "opec"),
        ("desk", "when does the fair end", "end"),
        ("desk", "when does the fair begin", "start"),
        ("desk", "how do I unregister from a course", "leave"),
        ("desk", "529b", "fund"),
        ("desk", "ac", "fund"),
        ("desk", "what is on floor three", "room"),
        ("clubs", "which release of .NET should I have", "net"),
        ("clubs", "where is your desk in Lima", "desk"),
        ("kites", "what is the fee", "dues"),
        ("kites", "how far does the R8 glide please", "r8"),
        ("kites", "what grace period does one have", "grace"),
    ],
)
def test_the_entry_that_is_named_answers(
    name: str, question: str, right: str, encoder: str
) -> None:
    """Signs, labels, compounds, keywords, acronyms and variants name an entry."""
    assert outcome(name, question, encoder) == right


@_BOTH
@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("labels", "who signs form D"),
        ("labels", "who signs the form"),
        ("keywords", "hdmi"),
        ("order", "how do I get from the museum to the station"),
        ("order", "can I change rupees into yen"),
        ("order", "can people over 21 join"),
        ("order", "how do I hand papers out"),
        ("order", "my fridge does cool"),
        ("cancel", "how do I cancel my marriage"),
        ("cancel", "how do I cancel my phone contract"),
        ("cancel", "where do I find my socks"),
        ("facts", "when was the weavers' guild founded"),
        ("facts", "how many people are in the weavers' guild"),
        ("facts", "who founded the weavers' guild"),
        ("order", "when does"),
        ("desk", "how do I open a drawer"),
        ("desk", "open the drawer"),
        ("desk", "what is the fee in euros"),
        ("desk", "where do I find"),
        ("clubs", "how many"),
        ("clubs", "how many countries are in EFTA"),
        ("clubs", "how many countries are in efta"),
        ("clubs", "how do I lint F# code"),
        ("clubs", "when did OPEC begin"),
        ("clubs", "where is EFTA"),
        ("facts", "how old is the weavers' guild"),
        ("facts", "where is the loom"),
        ("clubs", "how do I build a C project"),
        ("clubs", "where is the desk in Quito"),
        ("kites", "how much is the R7"),
        ("kites", "how many wings does the R7 have"),
        ("kites", "what fees does a line have"),
        ("kites", "what does a lesson cost"),
        ("kites", "what year did the lessons start"),
        ("kites", "what grace does a lease end have"),
    ],
)
def test_a_difference_that_is_left_open_or_contradicted_is_no_answer(
    name: str, question: str, encoder: str
) -> None:
    """Choices are offered, or the question is declined."""
    assert outcome(name, question, encoder) in {"choice", "none"}


@_BOTH
def test_the_entry_with_the_opposite_word_is_found(encoder: str) -> None:
    """A question for the other end gets the entry of that end, or has it among the choices."""
    answer = bot("order", encoder).ask("when does the display finish")

    assert answer.entry is None or answer.entry.id == "end"
    assert "end" in {entry.id for entry in (*answer.choices, answer.matches[0].entry)}


def test_a_keyword_of_several_entries_offers_them() -> None:
    """Each entry with the keyword is among the choices."""
    answer = bot("keywords", "none").ask("hdmi")

    assert {entry.id for entry in answer.choices} == {"cable", "visit"}


def test_a_phrasing_that_shares_only_words_of_asking_is_no_answer() -> None:
    """Without an encoder, the best match must have a word of the subject."""
    assert outcome("desk", "there is a bird strike, what now", "none") in {"choice", "none"}


def test_an_acronym_that_is_a_word_matches_in_capitals_only() -> None:
    """The pronoun is no health organization."""
    retriever = bot("acronyms", "none")

    assert retriever.ask("who approves my expenses").entry == _BASES["acronyms"].entries[1]
    assert outcome("acronyms", "what does WHO do", "none") == "who"


def test_the_best_match_stays_first_if_the_other_end_lacks_a_word() -> None:
    """The entry of the other end is offered, but second."""
    answer = bot("order", "none").ask("when does the display finish")

    assert answer.entry is None
    assert [entry.id for entry in answer.choices[:2]] == ["closing", "end"]
