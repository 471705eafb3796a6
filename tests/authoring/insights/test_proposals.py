"""What people asked, turned into proposals for the knowledge base."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from faqbot.authoring.insights.clusters import Cluster, NearestEntry
from faqbot.authoring.insights.proposals import Proposal, ProposalKind, propose, propose_for_each
from faqbot.bot import Bot
from faqbot.models import AskedQuestion, Entry, KnowledgeBase, Outcome, Suggestion

_KB = KnowledgeBase(
    (
        Entry(
            "password",
            "How do I reset my password?",
            "Press *Forgot*.",
            ("forgotten password",),
            not_for=("password rules",),
        ),
        Entry("printer", "How do I add a printer?", "Ask the desk.", ("set up a printer",)),
        Entry("parking", "Draft of parking?", "To be written.", draft=True),
    )
)
_PARKING = ("where can I park my car", "may I park a company car", "park cars near the office")
_AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def bot() -> Bot:
    """Return a bot of two entries and a draft."""
    return Bot.from_knowledge_base(_KB, "none", cache=False)


def _missed(text: str) -> AskedQuestion:
    return AskedQuestion("1", text, Outcome.UNANSWERED, "", 0.1, "api", _AT)


def _picked(text: str, entry: str, unhelpful: int = 0) -> AskedQuestion:
    return AskedQuestion(
        "1", text, Outcome.AMBIGUOUS, "", 0.3, "api", _AT, picked=entry, unhelpful=unhelpful
    )


def _suggested(question: str, answer: str = "", entry: str = "", days: int = 0) -> Suggestion:
    return Suggestion("1", question, answer, entry, "", _AT + timedelta(days))


def test_pick_is_an_alternate_from_the_first_time(bot: Bot) -> None:
    """What a person typed before picking an entry is proposed as its alternate at once."""
    found = propose([_picked("locked  out\nof my account", "password")], [], bot)

    assert found == (
        Proposal(
            ProposalKind.ALTERNATE,
            "password",
            ("locked out of my account",),
            "",
            1,
            "Picked once among the choices after asking so.",
        ),
    )


def test_picks_of_an_entry_are_one_proposal(bot: Bot) -> None:
    """They are counted together, what was typed most comes first, and most people decide the entry."""
    picks = [("no access", "printer"), ("locked out", "password"), ("no access", "password")]
    found = propose([_picked(*pick) for pick in [*picks, picks[2]]], [], bot)

    assert [(one.entry, one.questions, one.count) for one in found] == [
        ("password", ("no access", "locked out"), 3)
    ]


@pytest.mark.parametrize(
    "asked",
    [
        _picked("Forgotten PASSWORD!", "password"),
        _picked("draft of parking", "password"),
        _picked("password rules", "password"),
        _picked("reset it for [email]", "password"),
        _picked("12345", "password"),
        _picked("locked out " * 30, "password"),
        _picked("locked out", "gone"),
        _picked("locked out", "password", unhelpful=1),
    ],
)
def test_unfit_picks_are_left_out(bot: Bot, asked: AskedQuestion) -> None:
    """Known phrasings, refused ones, redacted or long texts, numbers, and picks that did not help."""
    assert propose([asked], [], bot) == ()


def test_suggested_answer_is_a_draft_entry(bot: Bot) -> None:
    """An expert's answer becomes an entry; of several for one question the latest counts."""
    suggestions = [
        _suggested("Are dogs allowed?", "Yes.", days=2),
        _suggested("are dogs allowed", "No.", days=1),
    ]
    (found,) = propose([], suggestions, bot)

    assert (found.kind, found.entry, found.questions) == (
        ProposalKind.ENTRY,
        "dogs-allowed",
        ("Are dogs allowed?",),
    )
    assert (found.answer, found.count) == ("Yes.", 2)


def test_redacted_answer_says_so(bot: Bot) -> None:
    """An author is told what stands in an answer for redacted text."""
    (found,) = propose([], [_suggested("Are dogs allowed?", "Ask [email].")], bot)

    assert found.because == (
        "Suggested once with an answer, in which [email] stands for redacted text."
    )


def test_suggestion_for_an_entry_is_an_alternate(bot: Bot) -> None:
    """Words for an entry become its alternate."""
    (found,) = propose([], [_suggested("account locked", entry="password")], bot)

    assert (found.kind, found.entry, found.questions) == (
        ProposalKind.ALTERNATE,
        "password",
        ("account locked",),
    )


@pytest.mark.parametrize(
    "suggestion",
    [
        _suggested("Are dogs allowed?"),
        Suggestion("1", "Are dogs allowed?", "Yes.", "", "", _AT, "rejected"),
        _suggested("forgotten password", "Press it."),
    ],
)
def test_other_suggestions_propose_nothing(bot: Bot, suggestion: Suggestion) -> None:
    """No answer, a rejected one, and an answer to what is a phrasing already."""
    assert propose([], [suggestion], bot) == ()


def test_cluster_of_misses_is_a_new_entry(bot: Bot) -> None:
    """What several people missed becomes an entry whose answer is to be written; a draft's id is taken."""
    found = propose([_missed(text) for text in (*_PARKING, "is lunch free")], [], bot)

    assert [(one.kind, set(one.questions), one.answer) for one in found] == [
        (ProposalKind.ENTRY, set(_PARKING), "")
    ]
    assert found[0].entry not in _KB.by_id
    assert found[0].because == (
        "Asked 3 times without a helpful answer, and no entry is likely to be meant."
    )


def test_cluster_near_an_entry_is_alternates() -> None:
    """The entry that a cluster's questions mean with some confidence gets them."""
    cluster = Cluster(
        ("locked out", "account locked"), 3, nearest=(NearestEntry("password", 0.62),)
    )
    (found,) = propose_for_each([cluster], _KB)

    assert found is not None
    assert (found.kind, found.entry, found.questions) == (
        ProposalKind.ALTERNATE,
        "password",
        ("locked out", "account locked"),
    )


def test_rare_cluster_proposes_nothing() -> None:
    """Twice may be chance; and neither redacted text nor a single word makes an entry."""
    clusters = [
        Cluster(("dogs here", "cats here"), 2),
        Cluster(("mail [email]",), 9),
        Cluster(("asdf",), 9),
    ]

    assert propose_for_each(clusters, _KB) == [None, None, None]


def test_cluster_joins_the_answer_that_an_expert_gave(bot: Bot) -> None:
    """A suggested answer to one of a cluster's questions is for all of them."""
    suggestion = _suggested(_PARKING[0], "In the yard.")
    (found,) = propose([_missed(text) for text in _PARKING], [suggestion], bot)

    assert (found.questions[0], set(found.questions)) == (_PARKING[0], set(_PARKING))
    assert (found.answer, found.count) == ("In the yard.", 4)


def test_question_is_proposed_once(bot: Bot) -> None:
    """What a person picked stays with that entry, though a suggestion would make an entry of it."""
    found = propose(
        [_picked("badge lost", "password")], [_suggested("Badge lost?", "See the desk.")], bot
    )

    assert [(one.kind, one.questions) for one in found] == [
        (ProposalKind.ALTERNATE, ("badge lost",))
    ]


def test_new_ids_differ(bot: Bot) -> None:
    """Two new entries with the same first words, or with words that make no id, get ids of their own."""
    questions = ["Is parking, the?", "Is the parking there?", "\u0647\u0644", "\u043a\u0430\u043a"]
    found = propose([], [_suggested(text, "Yes.") for text in questions], bot)
    ids = [one.entry for one in found]

    assert len(set(ids)) == len(ids) == 4
    assert not set(ids) & set(_KB.by_id)
