"""Files of Bot Framework Composer: phrasings, answers between fences, filters and prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.blocks import Block, Kind, Pair
from faqbot.ingest.converters.bots.qna_files import read
from faqbot.ingest.formats import detect

_FILE = """\
> !# @source.fileName = x
[more](./more.qna)

<a id = "7"></a>

> !# @qna.pair.source = guide.pdf

# ? Is it far?
- how far is it
- what is the way

**Filters:**
- kind = way

```markdown
A **mile**:

- left
- right
```

**Prompts:**
- [Price](#?is-it-dear) `context-only`
- [Taxi](#9)

> Source: Editorial
## ? is it dear
```
A pound.
```

<a name="9"></a>
### ? No taxi

~~~
# Walk
~~~
"""


def _pairs(text: str) -> list[Pair]:
    return [block.pair for block in read(text.encode(), "a.qna") if block.pair]


def test_all_parts_of_a_question_are_read() -> None:
    """Prompts become follow-ups, filters tags, and a source other than the editor stays."""
    far, dear, taxi = _pairs(_FILE)

    assert far == Pair(
        ("Is it far?", "how far is it", "what is the way"),
        "A **mile**:\n\n- left\n- right",
        source="guide.pdf",
        tags=("kind:way",),
        follow_ups=("is it dear", "No taxi"),
    )
    assert (dear.questions, dear.answer, dear.source) == (("is it dear",), "A pound.", "")
    assert "follow-up" in dear.reason
    assert (taxi.answer, taxi.reason) == ("# Walk", "")


def test_lines_outside_of_questions_are_named() -> None:
    """Comments are left out, files are not included, and text stays."""
    kinds = {block.text: block.kind for block in read(_FILE.encode(), "a.qna") if not block.pair}

    assert kinds == {
        "@source.fileName = x": Kind.LEFT_OUT,
        "line 2 includes another file, which was not read: ./more.qna": Kind.NOTE,
    }
    assert [block.text for block in read(b"# ? Why\n- how", "a.qna")] == ["Why / how"]


def test_the_suffix_names_the_format() -> None:
    """The content looks like Markdown."""
    assert detect(_FILE.encode(), "a.qna").name == "qna"


@pytest.mark.parametrize("end", ["```", "", "~~~\n```"])
def test_an_open_fence_ends_with_the_file(end: str) -> None:
    """The rest is the answer."""
    assert _pairs(f"# ? Why\n```\nSo.\n{end}")[0].answer.startswith("So.")


@given(st.lists(st.sampled_from(["# ? word", "- word", "```", "**Prompts:**", "- [word](#word)", "> word", "word", "", '<a id="7"></a>'])))  # fmt: skip
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    """Whatever line follows, the file becomes blocks."""
    assert all(isinstance(block, Block) for block in read("\n".join(lines).encode(), "a.qna"))
