"""A quiz of many equal titles, each with its explanation folded away, below a logo and a title."""

from __future__ import annotations

import pytest

from faqbot.ingest.drafts import drafts_of
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.formats import FORMATS

pytest.importorskip("markdown_it")

# Questions of the quiz; as many as in the document after which it is made.
_COUNT = 155
_LOGO = '<div align="center">\n  <img height="60" src="https://e.org/logo.png">\n  <h1>Quiz</h1>\n</div>\n'
_PART = """\
###### {n}. What is printed?

```js
print({n});
```

- A: `{n}`
- B: nothing
{image}
<details><summary><b>Answer</b></summary>
<p>

#### Answer: A

Explanation number{n} of it.

</p>
</details>

---
"""
# Every so many questions have a picture, which makes six of them.
_EVERY = 26


def _quiz() -> str:
    parts = (
        _PART.format(n=n, image="" if n % _EVERY else f'\n<img src="https://e.org/{n}.png">\n')
        for n in range(_COUNT)
    )
    return f"{_LOGO}\n---\n\n" + "\n".join(parts)


def test_every_explanation_of_a_quiz_is_in_an_answer() -> None:
    """Equal titles, a logo and pictures do not cost one of them its explanation."""
    found = find_candidates(FORMATS["markdown"].read(_quiz().encode(), "README.md"), "README.md")
    answers = [draft.entry.answer for draft in drafts_of([found]).drafts]

    assert found.title == "Quiz"
    assert [n for n in range(_COUNT) if not any(f"number{n} of" in each for each in answers)] == []
    assert sum("https://e.org/" in each for each in answers if "Explanation" in each) == len(range(0, _COUNT, _EVERY))  # fmt: skip
