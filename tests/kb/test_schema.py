"""From plain data to models, and every fault with its line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from faqbot.errors import InvalidEntry
from faqbot.models import Caution, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from faqbot.models import KnowledgeBase

    Load = Callable[[str | bytes], KnowledgeBase]
    Faults = Callable[[str | bytes], list[str]]

FULL = """\
# yaml-language-server: $schema=kb.schema.json
version: 1
title: Bakery
language: en
source:
  title: The baker's leaflet
  url: https://example.org/leaflet
  file: leaflet.pdf
  licence: CC0-1.0
  retrieved: 2026-02-01
greeting: Good *morning*!
fallback: |-
  I only know bread.

  Try another word.
contact: Ask [the shop](mailto:shop@example.org).
caution: high
synonyms:
  - [rye, rye bread]
  - [VAT, value added tax, sales tax]
entries:
  - id: opening-hours
    question: When are you open?
    alternates:
      - what are your hours
      - 24
    not_for:
      - when does the oven open
    answer: |-
      From **six** to noon.

      Not on Mondays.
    keywords: [hours]
    section: Shop
    source: Leaflet, paragraph 1
    url: https://example.org/hours
    tags: [shop, time]
    follow_ups: [holidays]
    audience: [staff, guests]
    reviewed: 2026-01-10
    expires: 2027-01-10
    draft: false
  - id: holidays
    question: Are you open on holidays?
    answer: no
    draft: true
tests:
  - ask: are you open at seven
    expect: opening-hours
  - ask: open on may day
    expect: [holidays, opening-hours]
  - ask: do you sell shoes
    expect: none
"""
MINIMAL = "version: 1\nentries:\n- id: a\n  question: b\n  answer: c\n"


def test_every_field_is_read(load: Load) -> None:
    """A base that uses every field comes out with each value in its type."""
    kb = load(FULL)
    first, second = kb.entries

    assert kb.title == "Bakery"
    assert kb.language == "en"
    assert kb.source == Source(
        "The baker's leaflet",
        "https://example.org/leaflet",
        "leaflet.pdf",
        "CC0-1.0",
        date(2026, 2, 1),
    )
    assert kb.greeting == "Good *morning*!"
    assert kb.fallback == "I only know bread.\n\nTry another word."
    assert kb.contact == "Ask [the shop](mailto:shop@example.org)."
    assert kb.caution is Caution.HIGH
    assert kb.synonyms == (("rye", "rye bread"), ("VAT", "value added tax", "sales tax"))
    assert first.id == "opening-hours"
    assert first.phrasings == ("When are you open?", "what are your hours", "24")
    assert first.not_for == ("when does the oven open",)
    assert first.answer == "From **six** to noon.\n\nNot on Mondays."
    assert (first.keywords, first.tags) == (("hours",), ("shop", "time"))
    assert (first.section, first.source) == ("Shop", "Leaflet, paragraph 1")
    assert first.url == "https://example.org/hours"
    assert first.follow_ups == ("holidays",)
    assert first.audience == {"staff", "guests"}
    assert (first.reviewed, first.expires) == (date(2026, 1, 10), date(2027, 1, 10))
    assert (first.draft, second.draft) == (False, True)
    assert second.answer == "no"
    assert [(test.ask, test.expect) for test in kb.tests] == [
        ("are you open at seven", ("opening-hours",)),
        ("open on may day", ("holidays", "opening-hours")),
        ("do you sell shoes", ()),
    ]


def test_entries_and_tests_know_where_they_were_written(load: Load) -> None:
    """Each has its file and the line it begins on."""
    kb = load(FULL)

    assert [entry.line for entry in kb.entries] == [22, 43]
    assert [test.line for test in kb.tests] == [48, 50, 52]
    assert {each.path for each in (*kb.entries, *kb.tests)} == set(kb.paths)


def test_what_is_left_out_has_its_default(load: Load) -> None:
    """Only a version and an entry's id, question and answer are needed."""
    kb = load(MINIMAL)

    assert (kb.title, kb.language, kb.caution, kb.source) == ("", "en", Caution.NORMAL, Source())
    assert kb.entries[0].phrasings == ("b",)


def test_an_optional_field_may_be_blank(load: Load) -> None:
    """A key without a value is as good as no key, for text, lists and records."""
    kb = load("title:\nsource: null\nsynonyms: ~\ntests: ''\n" + MINIMAL + "  tags:\n  url: ' '\n")

    assert kb.entries[0].tags == ()
    assert (kb.title, kb.source) == ("", Source())


def test_blanks_around_text_do_not_count(load: Load) -> None:
    """A folded question is one line, and an answer keeps its inner lines and indentation."""
    text = MINIMAL.replace("question: b", "question: >\n    one\n    two\n")
    kb = load(text.replace("answer: c", "answer: |2+\n\n        code\n\n    text\n\n"))

    assert kb.entries[0].question == "one two"
    assert kb.entries[0].answer == "    code\n\ntext"


WRONG_IN_FIVE = """\
version: 1
titel: Bakery
entries:
  - id: Opening Hours
    question: When?
    answer: Now.
  - id: b
    question: Where?
    answer:
    alternates: here
    reviewed: 2026-02-30
"""


def test_every_fault_is_in_one_message(load: Load) -> None:
    """A file that is wrong in five places gives one error with five lines."""
    with pytest.raises(InvalidEntry) as caught:
        load(WRONG_IN_FIVE)

    assert len(str(caught.value).splitlines()) == 5
    assert [fault.line for fault in caught.value.faults] == [2, 4, 9, 10, 11]


ENTRY = "version: 1\nentries:\n- id: a\n  question: b\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (MINIMAL.replace("1", "2", 1), "1: this was made for a newer faqbot"),
        (MINIMAL.replace("1", "one", 1), "1: `version` must be 1, not `one`"),
        (MINIMAL.replace("1", "0", 1), "1: `version` must be 1, not `0`"),
        (MINIMAL.removeprefix("version: 1\n"), "1: a knowledge base needs `version`: add it"),
        ("version: 1\n", "0: there are no entries"),
        ("version: 1\nentries:\n", "0: there are no entries"),
        ("version: 1\nentries: []\n", "0: there are no entries"),
        ("version: 1\nentries: text\n", "2: `entries` must be a list: begin each item with '- '"),
        ("version: 1\nentries: {a: b}\n", "2: `entries` must be a list: begin each item"),
        ("version: 1\nentries: [text]\n", "2: an entry must have fields such as `id: ...`"),
        ("version: 1\nentries: [[a]]\n", "2: an entry must have fields such as `id: ...`, not a"),
        (ENTRY, "3: an entry needs `answer`: add it"),
        (ENTRY + "  anwser: c\n", "5: `anwser` is not a field of an entry: did you mean `answer`?"),
        (MINIMAL + "  variants: [x]\n", "6: `variants` is not a field of an entry: did you mean"),
        (MINIMAL + "  zzzzzz: x\n", "6: `zzzzzz` is not a field of an entry: it may have `id`, "),
        (MINIMAL + "titel: x\n", "6: `titel` is not a field of a knowledge base: did you mean `ti"),
        (MINIMAL + "answer: x\n", "6: `answer` belongs to an entry: indent it below"),
        (ENTRY + "  answer: ''\n", "5: `answer` is blank"),
        (ENTRY + "  answer: |-\n\n\n", "5: `answer` is blank"),
        (ENTRY + "  answer: [c]\n", "5: `answer` must be text, not a list"),
        (ENTRY + "  answer: {c: d}\n", "5: `answer` must be text, not fields"),
        (ENTRY + f"  answer: {'x' * 20_001}\n", "5: `answer` has 20,001 characters: shorten it to"),
        (MINIMAL.replace(": b", ": |\n   x\n   y"), "4: `question` must be one line"),
        (MINIMAL.replace(": b", ': "x\\u2028y"'), "4: `question` must be one line"),
        (MINIMAL.replace("id: a", "id: none"), "3: `id` must be lower-case letters and digits"),
        (MINIMAL.replace("id: a", "id: What Is It?"), "3: `id` must be lower-case letters and"),
        (
            MINIMAL.replace("id: a", f"id: {'x' * 81}"),
            "3: `id` has 81 characters: shorten it to 80",
        ),
        (MINIMAL.replace("id: a", "id:"), "3: `id` is blank"),
        (MINIMAL + "- id: a\n  question: d\n  answer: e\n", "6: the id `a` is taken by "),
        (MINIMAL + "  alternates: one\n", "6: `alternates` must be a list: begin each item"),
        (MINIMAL + "  alternates:\n  - x\n  -\n", "8: an item of `alternates` is blank"),
        (MINIMAL + "  alternates:\n  - x: y\n", "7: an item of `alternates` must be text, not fi"),
        (MINIMAL + "  alternates: [[x]]\n", "6: an item of `alternates` must be text, not a list"),
        (MINIMAL + f"  tags: [{'x,' * 1_001}]\n", "6: `tags` may have 1,000 items, and has 1,001"),
        (MINIMAL + "  follow_ups: [a, a, a, a, a, a]\n", "6: `follow_ups` may have 5 items, and"),
        (MINIMAL + "  follow_ups: [A B]\n", "6: an item of `follow_ups` must be lower-case"),
        (MINIMAL + "  follow_ups:\n  - a\n  - aa\n", "8: `follow_ups` names `aa`, which is no "),
        (MINIMAL + "  reviewed: 10 January 2026\n", "6: `reviewed` must be a date such as 2026"),
        (MINIMAL + "  expires: 20260131\n", "6: `expires` must be a date such as 2026-01-31, not"),
        (MINIMAL + "  draft: yes\n", "6: `draft` must be `true` or `false`, not `yes`"),
        (MINIMAL + "  url: www.example.org\n", "6: `url` must be a link that begins with https"),
        (MINIMAL + "  url: javascript:alert(1)\n", "6: `url` must be a link that begins with http"),
        (MINIMAL + "language: english\n", "6: `language` must be a code such as `en` or `pt-BR`"),
        (MINIMAL + "caution: higher\n", "6: `caution` must be `low`, `normal` or `high`, not `hi"),
        (MINIMAL + "source: a book\n", "6: `source` must have fields such as `title: ...`"),
        (MINIMAL + "source:\n  author: x\n", "7: `author` is not a field of `source`: it may have"),
        (MINIMAL + "synonyms: [[UN]]\n", "6: an item of `synonyms` needs 2 or more items, and ha"),
        (MINIMAL + "synonyms:\n- UN, United Nations\n", "7: an item of `synonyms` must be a list"),
        (MINIMAL + "tests:\n- ask: x\n", "7: a test needs `expect`: add it"),
        (MINIMAL + "tests:\n- text\n", "7: a test must have fields such as `ask: ...`"),
        (MINIMAL + "tests:\n- ask: x\n  expect: b\n", "8: `expect` names `b`, which is no entry"),
        (MINIMAL + "tests:\n- ask: x\n  expect: [a, none]\n", "8: an item of `expect` must be low"),
        (MINIMAL + "tests:\n- ask: x\n  expect: []\n", "8: `expect` needs 1 or more items"),
    ],
)
def test_a_fault_says_what_to_do(faults: Faults, text: str, fault: str) -> None:
    """Each fault alone gives one sentence with its line."""
    (message,) = faults(text)

    assert message.startswith(fault)


def test_a_newer_version_is_the_only_fault(faults: Faults) -> None:
    """What a newer format allows is unknown, so nothing else is called wrong."""
    (message,) = faults("cards: x\nversion: 2\nentries: [new]\n")

    assert message == "2: this was made for a newer faqbot: update faqbot to read it"


def test_a_broken_file_is_not_blamed_for_what_stands_further_down(faults: Faults) -> None:
    """After a syntax error nothing is called missing: no version, no entry, no id."""
    (message,) = faults(
        "entries:\n- id: a\n  question: b\n  answer: c\n  follow_ups: [d]\n\tx: y\n"
    )

    assert message.startswith("6: a tab")


def test_what_was_refused_is_not_called_missing(faults: Faults) -> None:
    """A field whose value is an alias is reported once."""
    (message,) = faults(MINIMAL.replace("answer: c", "answer: *c"))

    assert message.startswith("5: the alias *c")


def test_a_faulty_entry_still_stands_for_its_id(faults: Faults) -> None:
    """A reference to an entry that is wrong in another way is right."""
    (message,) = faults(ENTRY + "- id: b\n  question: c\n  answer: d\n  follow_ups: [a]\n")

    assert message.startswith("3: an entry needs `answer`")


def test_faults_of_yaml_and_of_the_schema_come_together(faults: Faults) -> None:
    """A duplicate key does not hide an unknown id in the same file."""
    messages = faults(MINIMAL + "  draft: true\n  draft: true\n  follow_ups: [b]\n")

    assert [message.split(":")[0] for message in messages] == ["7", "8"]


def test_a_file_of_nothing_but_faults_ends_early(faults: Faults) -> None:
    """The list stops at a thousand, and says that there are more."""
    messages = faults("version: 1\nentries:\n" + "- x\n" * 5_000)

    assert len(messages) == 1_001
    assert messages[0].startswith("0: there are more than these 1,000 faults")
