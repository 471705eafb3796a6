"""Who may see what: labels by person and by channel, and the public for everybody."""

from __future__ import annotations

from dataclasses import replace

from faqbot import Bot
from faqbot_slack.handlers.audiences import PublicBot, audience_notes, channel_labels, person_labels
from faqbot_slack.settings import Audience, SlackSettings
from tests.adapters.slack.planning import KB

_SETTINGS = SlackSettings(
    sections={"Pay": ("U1",), "Gone": ("U1",)},
    audiences={
        "hr": Audience(frozenset(["U1"]), frozenset(["C1"])),
        "board": Audience(frozenset(["U2"])),
    },
)


def test_labels_of_people_and_channels() -> None:
    """A channel holds its own labels; a person alone those of both; everybody is public."""
    assert channel_labels(_SETTINGS, "C1") == {"public", "hr"}
    assert channel_labels(_SETTINGS, "C2") == {"public"}
    assert person_labels(_SETTINGS, "U2") == {"public", "board"}
    assert person_labels(_SETTINGS, "U2", "C1") == {"public", "board", "hr"}


def test_people_outside_ask_a_bot_that_knows_nothing_else() -> None:
    """Its knowledge base has the public entries, and none of what is said to the house."""
    bot = Bot.from_knowledge_base(KB, "none", cache=False)
    outside = PublicBot(bot)
    public = outside.get()

    assert [entry.id for entry in public.kb.entries] == ["support"]
    assert (public.kb.contact, public.kb.fallback, public.kb.greeting) == ("", "", "")
    assert outside.get() is public


def test_what_is_public_follows_a_reload() -> None:
    """After the bot adopted another knowledge base, people outside ask that one's public part."""
    bot = Bot.from_knowledge_base(KB, "none", cache=False)
    outside = PublicBot(bot)
    outside.get()
    private = replace(KB, entries=tuple(e for e in KB.entries if e.id != "support"))
    bot.adopt(Bot.from_knowledge_base(private, "none", cache=False))

    assert outside.get().kb.entries == ()
    assert outside.get().ask("how can I contact support").entry is None


def test_what_does_not_fit_together_is_noted() -> None:
    """Labels and sections that only the settings or only the knowledge base has."""
    hr_only = SlackSettings(audiences={"board": Audience()})

    assert [*audience_notes(_SETTINGS, KB)] == [
        "no entry is for the audience 'board' of [audiences.board]",
        "no entry is in the section 'Gone' that [sections] names",
    ]
    assert "[audiences.hr]" in next(iter(audience_notes(hr_only, KB)))
