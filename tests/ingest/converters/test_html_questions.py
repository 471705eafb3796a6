"""Questions of a page that are found by classes, buttons, labels and lists."""

from __future__ import annotations

import pytest

from faqbot.ingest.converters.html import read
from faqbot.ingest.extraction.rules import find_candidates

_EXPECTED = [("Can I bring a dog?", "Yes."), ("Lost keys", "Call."), ("Is there a lift?", "No.")]


def _found(body: str) -> list[tuple[str, str]]:
    page = f"<html><body><h1>Guests</h1>{body}</body></html>"
    found = find_candidates(read(page.encode(), "guests.html"), "guests.html")
    return [(each.question, each.answer) for each in found.candidates if not each.reason]


def _filled(pattern: str) -> str:
    return "".join(
        pattern.replace("QQ", question).replace("AA", answer) for question, answer in _EXPECTED
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "<div class='row'><div class='ask'>QQ</div><div class='say'>AA</div></div>",
        "<button class='opens'>QQ <i>+</i></button><div class='panel'><p>AA</p></div>",
        "<input type='checkbox'><label for='x'>QQ</label><div class='content'>AA</div>",
        "<div><span class='q'>QQ</span> <span class='a'>AA</span></div>",
        "<p class='head'><a data-toggle='collapse' href='#c'>QQ</a></p><div class='b'>AA</div>",
        "<p class='question'>QQ</p><p>AA</p>",
        "<div class='card'><div class='card__head is-open'><span>QQ</span></div><p>AA</p></div>",
    ],
)
def test_a_statement_is_a_question_where_most_elements_of_its_kind_ask(pattern: str) -> None:
    """The class, the button or the label says which texts are questions."""
    assert _found(_filled(pattern)) == _EXPECTED


def test_a_class_named_question_needs_no_question_mark() -> None:
    """Pages name the class of their questions, even if no question asks."""
    html = "<p class='faq-question'>Lost keys</p><p>Call.</p><p class='faq-question'>Broken lift</p><p>Walk.</p>"

    assert _found(html) == [("Lost keys", "Call."), ("Broken lift", "Walk.")]


def test_a_box_with_question_and_answer_is_no_question_by_its_class() -> None:
    """A class that names a question may be that of the whole entry."""
    html = "<div class='question'>Is it far?<p>A mile.</p></div><div class='question'>Is it dear?<p>No.</p></div>"

    assert _found(html) == [("Is it far?", "A mile."), ("Is it dear?", "No.")]


@pytest.mark.parametrize(
    "pattern",
    [
        "<ul class='tabs'><li><div>%s</div></li></ul>",
        "<table><tr><td>%s</td></tr></table>",
        "<blockquote>%s</blockquote>",
        "<ol><li>%s</li></ol>",
    ],
)
@pytest.mark.parametrize(
    "inner",
    [
        "<p class='t'>QQ</p><p class='c'>AA</p>",
        "<h3>QQ</h3><p>AA</p>",
        "<details><summary>QQ</summary>AA</details>",
    ],
)
def test_no_container_swallows_its_pairs(pattern: str, inner: str) -> None:
    """A list item, a cell or a quotation that holds several pairs gives an entry for each."""
    assert _found(pattern.replace("%s", _filled(inner))) == _EXPECTED


def test_headings_in_list_items_are_entries() -> None:
    """One pair in each item is as good as several in one."""
    html = f"<ul>{_filled('<li><h4>QQ</h4><p>AA</p></li>')}</ul>"

    assert _found(html) == _EXPECTED


def test_a_list_of_contents_asks_nothing() -> None:
    """Links to questions further down are no questions themselves."""
    html = (
        "<p><a class='l' href='#a'>Is it far?</a></p><p><a class='l' href='#b'>Is it dear?</a></p><p>Hello.</p>"
        "<h2 id='a'>Is it far?</h2><p>A mile.</p><h2 id='b'>Is it dear?</h2><p>No.</p>"
    )

    assert _found(html) == [("Is it far?", "A mile."), ("Is it dear?", "No.")]


def test_a_list_directly_in_a_list_is_one_list() -> None:
    """No item begins with two marks."""
    html = "<ul><b>What is sold?</b><ul><li>Tea.</li><li>Cake.</li></ul></ul><ul><li>One<ul><li>two</li></ul></ul>"

    assert _found(html)[0] == ("What is sold?", "- Tea.\n- Cake.\n\n- One\n  - two")


@pytest.mark.parametrize(
    ("before", "box"),
    [
        ("<div><span>%s</span></div>", "<dl><dt>QQ</dt><dd>AA</dd></dl>"),
        ("<p>%s</p>", "<ul><strong>QQ</strong><ul><li>AA</li></ul></ul>"),
        ("<div class='g'>%s</div>", "<div class='acc'><p class='q'>QQ</p><p>AA</p></div>"),
    ],
)
def test_a_label_between_lists_is_the_section_of_the_next(before: str, box: str) -> None:
    """A short text between two boxes of one kind ends the answer above it."""
    pairs = [("Is it far?", "A mile."), ("Is it dear?", "A pound.")]
    html = "".join(
        before.replace("%s", label) + box.replace("QQ", question).replace("AA", answer)
        for label, (question, answer) in zip(("Ways", "Money"), pairs, strict=True)
    )
    page = f"<html><body><h1>Guests</h1>{html}</body></html>"
    found = find_candidates(read(page.encode(), "guests.html"), "guests.html")

    far, dear = (each for each in found.candidates if not each.reason)
    assert [far.question, dear.question] == ["Is it far?", "Is it dear?"]
    assert "Money" not in far.answer
    assert dear.section == "Money"


def test_a_break_in_a_question_is_a_blank_or_parts_two_phrasings() -> None:
    """Lines of a term that all ask are phrasings; other lines are one question."""
    html = (
        "<dl><dt>Q: Is it far?<br>Q: How far is it?</dt><dd>A mile.</dd><dt>Can I bring<br>a dog?</dt><dd>Yes.</dd></dl>"
        "<h2>What does<br>it cost?</h2><p>A pound.</p>"
    )
    found = find_candidates(read(html.encode(), "guests.html"), "guests.html")

    assert [(each.question, each.alternates) for each in found.candidates] == [
        ("Is it far?", ("How far is it?",)),
        ("Can I bring a dog?", ()),
        ("What does it cost?", ()),
    ]
