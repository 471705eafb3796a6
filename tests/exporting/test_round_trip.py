"""What is exported and imported again is the same knowledge base, in every format."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.exporting import export_to, select
from faqbot.ingest.blocks import Block, Pair
from faqbot.ingest.drafts import drafts_of, yaml_of
from faqbot.ingest.importing import import_documents
from faqbot.models import Entry, KnowledgeBase

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("markdown_it")
pytest.importorskip("selectolax")

_READERS = {"md": "markdown", "html": "html", "jsonld": "json", "csv": "csv"}
_FORMATS = pytest.mark.parametrize("form", list(_READERS))

_CHARS = st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufeff")
_LINE = (
    st.text(_CHARS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
)
_LINES = st.lists(_LINE, max_size=3, unique=True).map(tuple)
_MARKDOWN = (
    st.lists(
        _LINE
        | st.sampled_from(["", "- a\n  - b", "```\n<x>\n\n# y\n```", "| a |\n|---|", "    code"]),
        min_size=1,
    )
    .map("\n".join)
    .map(lambda text: text.strip("\n").rstrip())
    .filter(bool)
)
_DAY = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def _entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    ids = draw(
        st.lists(
            st.from_regex(r"[a-z]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True), max_size=4, unique=True
        )
    )
    ids = [each for each in ids if each != "none"]
    return tuple(
        Entry(
            id=each,
            question=draw(_LINE),
            answer=draw(_MARKDOWN),
            alternates=draw(_LINES),
            not_for=draw(_LINES),
            keywords=draw(_LINES),
            section=draw(st.just("") | _LINE),
            source=draw(st.just("") | _LINE),
            url=draw(st.sampled_from(["", "https://e.org/a?b=c&d=(e)"])),
            tags=draw(_LINES),
            follow_ups=tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))),
            audience=frozenset(draw(_LINES)),
            reviewed=draw(_DAY),
            expires=draw(_DAY),
            draft=draw(st.booleans()),
        )
        for each in ids
    )


def _imported(text: str, form: str) -> list[Entry]:
    blocks: list[Block] = list(
        import_module(f"faqbot.ingest.converters.{_READERS[form]}").read(
            text.encode(), f"kb.{form}"
        )
    )
    return [_entry(block.pair) for block in blocks if block.pair is not None]


def _entry(pair: Pair) -> Entry:
    return Entry(
        id=pair.id,
        question=pair.questions[0],
        answer=pair.answer,
        alternates=pair.questions[1:],
        not_for=pair.not_for,
        keywords=pair.keywords,
        section=pair.section,
        source=pair.source,
        url=pair.url,
        tags=pair.tags,
        follow_ups=pair.follow_ups,
        audience=pair.audience,
        reviewed=pair.reviewed,
        expires=pair.expires,
        draft=bool(pair.reason),
    )


@_FORMATS
@settings(deadline=None, max_examples=60)
@given(entries=_entries())
def test_reading_what_was_written(form: str, entries: tuple[Entry, ...]) -> None:
    """Every field of every entry comes back; entries are listed by section on a page."""
    # An alternate that is the question says nothing; a table drops it.
    entries = tuple(
        replace(each, alternates=tuple(one for one in each.alternates if one != each.question))
        for each in entries
    )
    text = export_to(form, select(KnowledgeBase(entries, title="The *FAQ*"), everything=True))

    assert sorted(_imported(text, form), key=lambda each: each.id) == sorted(
        entries, key=lambda each: each.id
    )


_KB = KnowledgeBase(
    (
        Entry(
            "pay",
            "How do I pay <now>?",
            "By card.\n\n- Visa\n- Mastercard\n\n```python\npay(1)\n```\n\nSee [the page](https://e.org/pay).",
            alternates=("Can I pay by card?", "Cards | cash; which?"),
            keywords=("payment",),
            section="Money",
            source="handbook.docx, Paying",
            tags=("topic:money",),
            follow_ups=("refund",),
        ),
        Entry(
            "refund",
            "Do I get my money back?",
            "Yes, within 30 days of the day you paid.",
            section="Money",
        ),
        Entry(
            "hours",
            "When are you open?",
            "=1+1 is no formula here.\n\n# Not a heading of the page",
            url="https://e.org/",
        ),
        Entry(
            "secret",
            "What is the code of the safe?",
            "1234, and tell nobody at all.",
            audience=frozenset({"staff"}),
        ),
        Entry("later", "When will it be ready?", "This is being written.", draft=True),
    ),
    title="Shop",
)


@_FORMATS
def test_importing_an_export(form: str, tmp_path: Path) -> None:
    """The whole way, through detection and rules, gives the entries that anybody may see."""
    path = tmp_path / f"shop.{form}"
    path.write_text(export_to(form, select(_KB)), encoding="utf-8", newline="\n")

    result = import_documents([str(path)])
    drafts = drafts_of(result.documents)

    assert result.failures == []
    expected = {each.id: each for each in select(_KB).entries}
    made = {draft.entry.id: draft.entry for draft in drafts.drafts}
    assert made.keys() == {"pay", "refund", "hours"}
    for name, entry in made.items():
        assert replace(entry, source="") == replace(expected[name], source="")
    assert made["pay"].source == "handbook.docx, Paying"


@pytest.mark.parametrize("form", ["md", "html", "jsonld"])
@pytest.mark.parametrize("language", ["de", "pt-BR", "pl"])
def test_an_export_names_its_language(form: str, language: str, tmp_path: Path) -> None:
    """It comes back from a page whose text is too short to show it."""
    kb = KnowledgeBase((Entry("a", "Ab?", "Cd."),), title="X", language=language)
    path = tmp_path / f"page.{form}"
    path.write_text(export_to(form, select(kb)), encoding="utf-8", newline="\n")
    drafts = drafts_of(import_documents([str(path)]).documents)

    assert drafts.language == language
    assert f"\nlanguage: {language}\n" in yaml_of(drafts)


def test_exports_in_two_languages_have_no_language_together(tmp_path: Path) -> None:
    """The header then names none of them."""
    for code in ("de", "fr"):
        kb = KnowledgeBase((Entry(f"a-{code}", f"Ab {code}?", "Cd."),), language=code)
        text = export_to("md", select(kb))
        (tmp_path / f"{code}.md").write_text(text, encoding="utf-8", newline="\n")
    drafts = drafts_of(import_documents([str(tmp_path)]).documents)

    assert drafts.language == ""


@_FORMATS
@pytest.mark.parametrize("count", [5, 30, 500])
def test_many_plain_entries_come_back(form: str, count: int, tmp_path: Path) -> None:
    """Nothing but an id, a question and an answer: as many as there were, in their order."""
    kb = KnowledgeBase(
        tuple(Entry(f"e{at}", f"Question {at}?", f"Answer {at}.") for at in range(count))
    )
    path = tmp_path / f"plain.{form}"
    path.write_text(export_to(form, select(kb)), encoding="utf-8", newline="\n")

    result = import_documents([str(path)])
    made = drafts_of(result.documents).drafts

    assert result.failures == []
    assert tuple(replace(draft.entry, source="") for draft in made) == kb.entries


@pytest.mark.parametrize(
    ("everything", "ids"), [(False, {"pay", "refund", "hours"}), (True, set(_KB.by_id))]
)
def test_what_is_not_for_everybody_is_left_out(ids: set[str], *, everything: bool) -> None:
    """Drafts and entries with an audience are written only on request, and counted."""
    selection = select(_KB, everything=everything)

    assert {entry.id for entry in selection.entries} == ids
    assert (selection.drafts, selection.limited) == ((0, 0) if everything else (1, 1))


@_FORMATS
def test_nothing_left_out_shows(form: str) -> None:
    """Not in the text, and not in the data that a page carries."""
    assert "1234" not in export_to(form, select(_KB))
    assert "being written" not in export_to(form, select(_KB))


def test_follow_ups_to_what_is_left_out_are_dropped() -> None:
    """No link leads nowhere."""
    entry = Entry("a", "A?", "B", follow_ups=("later", "c"))
    kb = KnowledgeBase((entry, Entry("later", "L?", "M", draft=True), Entry("c", "C?", "D")))

    assert select(kb).entries[0].follow_ups == ("c",)
