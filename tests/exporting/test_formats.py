"""Each format of an export is what people and programs that read it expect."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from faqbot.exporting import export_knowledge_base, export_to, select
from faqbot.models import Entry, KnowledgeBase

pytest.importorskip("markdown_it")

_EVIL = '</script><script>alert(1)</script><!-- " --> & <b>'
_KB = KnowledgeBase(
    (
        Entry(
            "a",
            f"What is {_EVIL}?",
            f"It is {_EVIL}\n\n![x](http://e.org/x.png) [y](javascript:z)",
            section="S & T",
        ),
        Entry("b", "Why?", "Because of **this**.", follow_ups=("a",), alternates=("How come?",)),
    ),
    title=f"FAQ {_EVIL}",
    language="en",
)


def _export(form: str) -> str:
    return export_to(form, select(_KB))


def test_html_obeys_nothing_in_the_text() -> None:
    """Whatever stands in an entry is shown; the page loads nothing, and forbids it besides."""
    page = _export("html")

    assert page.count("<script") == 1
    assert page.count("</script>") == 1
    assert "<b>" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe)\b|@import|url\(", page)


def test_html_is_a_page_to_find_ones_way_in() -> None:
    """It has contents, sections, and an anchor for every question, which follow-ups lead to."""
    page = _export("html")

    assert '<article id="a">' in page
    assert page.count('href="#a"') == 3
    assert "<h2>S &amp; T</h2>" in page
    assert "<strong>this</strong>" in page
    assert '<html lang="en">' in page


def test_html_holds_the_data_for_search_engines() -> None:
    """The FAQPage in it is JSON, whatever the text."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', _export("html"))

    assert found is not None
    data = json.loads(found[1])
    assert data["@type"] == "FAQPage"
    assert [each["name"] for each in data["mainEntity"]] == [
        entry.question for entry in _KB.entries
    ]


def test_jsonld() -> None:
    """Questions, other ways to ask them, and answers in HTML stand where schema.org has them."""
    data = json.loads(_export("jsonld"))

    assert data["@context"] == "https://schema.org"
    assert data["inLanguage"] == "en"
    second = data["mainEntity"][1]
    assert second["@id"] == "#b"
    assert second["alternateName"] == ["How come?"]
    assert second["acceptedAnswer"] == {
        "@type": "Answer",
        "text": "<p>Because of <strong>this</strong>.</p>",
    }


def test_markdown_reads_as_a_page() -> None:
    """Contents link to headings, and what is only for importing stands in comments."""
    page = export_to("md", select(KnowledgeBase(_KB.entries[1:], title="FAQ_1")))
    shown = re.sub(r"<!--.*?-->\n?", "", page)

    assert shown == (
        '\n# FAQ\\_1\n\n- [Why?](#b)\n\n<a id="b"></a>\n\n### Why?\n\nBecause of **this**.\n\n'
    )


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    """A cell that would be a formula is guarded by an apostrophe."""
    kb = KnowledgeBase((Entry("a", "=1+1?", "- one\n- two", alternates=("+2",)),))
    head, row = csv.reader(io.StringIO(export_to("csv", select(kb))))
    cells = dict(zip(head, row, strict=True))

    assert (cells["question"], cells["answer"], cells["alternates"]) == (
        "'=1+1?",
        "'- one\n- two",
        "'+2",
    )


def test_an_empty_knowledge_base() -> None:
    """It is a page without questions in every format."""
    for form in ("md", "html", "jsonld", "csv"):
        assert export_to(form, select(KnowledgeBase(())))


def test_json_ld_may_be_pasted_into_a_script() -> None:
    """No text ends the script of a page, or begins a comment in it, and none is changed."""
    question = "Is </script><!-- & <script> safe?"
    kb = KnowledgeBase(entries=(Entry("a", question, "Yes."),))
    text = export_to("jsonld", select(kb))

    assert not set("<>&") & set(text)
    assert json.loads(text)["mainEntity"][0]["name"] == question


@pytest.mark.parametrize(
    "start", ["\t=1", "\r=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "=1"]
)
def test_no_cell_of_a_table_is_a_formula(start: str) -> None:
    """What a spreadsheet could run has an apostrophe before it, whatever stands before the sign."""
    kb = KnowledgeBase(entries=(Entry("a", "Why?", f"{start}+cmd"),))
    rows = list(csv.DictReader(io.StringIO(export_to("csv", select(kb)), newline="")))

    assert rows[0]["answer"] == f"'{start}+cmd"


def test_carriage_return_does_not_end_a_row() -> None:
    """A cell with a lone carriage return is quoted."""
    kb = KnowledgeBase(entries=(Entry("a", "Why?", "One.\rTwo."),))

    assert '"One.\rTwo."' in export_to("csv", select(kb))


def test_export_counts_the_entries_that_are_left_out() -> None:
    """The call returns the text with its counts, and refuses an unknown format."""
    draft = Entry("d", "When?", "Soon.", draft=True)
    limited = Entry("l", "Who?", "You.", audience=frozenset({"staff"}))
    kb = KnowledgeBase((*_KB.entries, draft, limited))
    exported = export_knowledge_base(kb, "csv")

    assert (exported.entries, exported.drafts, exported.limited) == (2, 1, 1)
    assert exported.text == export_to("csv", select(kb))
    everything = export_knowledge_base(kb, "csv", everything=True)
    assert (everything.entries, everything.drafts, everything.limited) == (4, 0, 0)
    with pytest.raises(ValueError, match="'pdf' is not an export format; choose from md, html"):
        export_knowledge_base(kb, "pdf")
