"""Shortcodes and template tags: their text stays, their marks go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import Block, Kind, joined
from faqbot.ingest.converters.dialects.templates import without_templates
from faqbot.ingest.converters.html import read as read_html
from faqbot.ingest.converters.markdown import read


def _answer(text: str) -> str:
    return joined(read(text.encode(), "faq.md"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{< note >}}\nKnock.\n\nTwice.\n{{< /note >}}", "**Note:** Knock.\n\nTwice."),
        ('{{% notice tip "Mind" %}}\nKnock.\n{{% /notice %}}', "**Mind:** Knock."),
        ("{{% notice tip %}}\nKnock.\n{{% /notice %}}", "**Tip:** Knock."),
        ('{{< callout title="Mind" >}}Knock.{{< /callout >}}', "**Mind:** Knock."),
        ("{% raw %}\nSay {{ name }} and {% if %}.\n{% endraw %}", "Say {{ name }} and {% if %}."),
        ("{% raw %}Say {{ name }}{% endraw %} now.", "Say {{ name }} now."),
        ('{% hint style="info" %}\nKnock.\n{% endhint %}', "**Info:** Knock."),
        ("{% if open %}\nKnock.\n{% else %}\nWait.\n{% endif %}", "Knock.\n\nWait."),
        ('{% trans "Knock." %}', "Knock."),
        ("Please {{ _('knock') }}.", "Please knock."),
        ("{% blocktrans %}Knock.{% endblocktrans %}", "Knock."),
        ("Knock.{% endblocktrans %}", "Knock."),
        ("{% highlight sh %}\nls\n{% endhighlight %}", "```sh\nls\n```"),
        (
            "{% highlight md %}\n```\nls\n```\n{% endhighlight %}",
            "````md\n```\nls\n```\n````",
        ),
        ('{% include note.html content="Knock." %}', "Knock."),
        ("Write `{% raw %}` first.", "Write `{% raw %}` first."),
        ("```\n{{< note >}}\n{{< /note >}}\n```", "```\n{{< note >}}\n{{< /note >}}\n```"),
        ('Press {{< kbd "X" >}} now.', 'Press {{< kbd "X" >}} now.'),
    ],
)
def test_only_the_marks_are_dropped(text: str, shown: str) -> None:
    """Text between marks, and text that a mark holds for people, stays."""
    assert _answer(text) == shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{# a remark #}", "comment"),
        ("{% comment %}\na remark\n\n{% endcomment %}", "comment"),
        ("{% assign a = 'remark' %}", "instruction"),
        ('{{< figure src="x.png" caption="A remark" >}}', "instruction"),
        ("{% if remark %}x{% endif %}", "instruction"),
    ],
)
def test_marks_that_hold_text_are_recorded(text: str, reason: str) -> None:
    """A mark that is dropped with words in it is named in the summary."""
    records = [each for each in read(text.encode(), "faq.md") if each.kind is Kind.LEFT_OUT]

    assert ["remark" in each.text and reason in each.reason for each in records] == [True]


def test_templates_in_pages_are_removed_before_the_html_is_read() -> None:
    """The tags of Django leave the page that they would make."""
    page = (
        '<h2>{% trans "Where is it?" %}</h2><p>{% blocktrans %}Here.{% endblocktrans %}</p>'
        "<pre>{% raw %}</pre>"
    )

    assert list(read_html(page.encode(), "faq.html")) == [
        Block(Kind.HEADING, "Where is it?", 2),
        Block(Kind.TEXT, "Here."),
        Block(Kind.CODE, "```\n{% raw %}\n```"),
    ]


_PIECES = ["{%", "%}", "{{<", ">}}", "{#", "#}", " note ", " endnote ", "raw ", "/note ", "{% raw %}", "{% endraw %}", "`", "\n", "word", '"']  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=14), st.booleans())
def test_words_are_kept_or_recorded(pieces: list[str], html: bool) -> None:  # noqa: FBT001 - given by hypothesis
    """Whatever the marks, every word is in the text or in a record, and lines keep their numbers."""
    given_ = "".join(f"{each}{at} " if each == "word" else each for at, each in enumerate(pieces))
    text, records = without_templates(given_, html=html)
    told = text + "".join(each.text for each in records)

    assert [w for w in (f"word{at}" for at, each in enumerate(pieces) if each == "word") if w not in told] == []  # fmt: skip
    assert text.count("\n") == given_.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        '{{< details title="Is it far?" >}}\nA mile.\n{{< /details >}}',
        '{{% expand "Is it far?" %}}A mile.{{% /expand %}}',
        '{{< accordion "Is it far?" >}}\nA mile.\n{{< /accordion >}}',
    ],
)
def test_folded_shortcodes_are_pairs(text: str) -> None:
    """On one line or on several."""
    pairs = [each.pair for each in read(text.encode(), "a.md") if each.pair]

    assert [(each.questions, each.answer) for each in pairs] == [(("Is it far?",), "A mile.")]
