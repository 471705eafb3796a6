"""Text that a knowledge base cannot hold never gets into one, whatever document it comes from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.errors import UnreadableDocument
from faqbot.ingest import reading
from faqbot.ingest.drafts import drafts_of, yaml_of
from faqbot.ingest.reading import clean, found_in
from faqbot.kb import load_knowledge_base

pytest.importorskip("markdown_it")
pytest.importorskip("selectolax")

# Each code point of the planes that matter, lone surrogates, NUL and other controls often.
_ODD = st.sampled_from(
    "\0\x01\x08\x0b\x0c\r\x1b\x7f\x80\x85\x9f\ud800\udfff\ufeff\ufffe\uffff\u2028\u2029\u202e"
)
_TEXT = st.lists(_ODD | st.characters(exclude_categories=()), min_size=1, max_size=12).map("".join)


def _references(text: str) -> str:
    return "".join(f"&#x{ord(each):X};" for each in text)


def _csv(question: str, answer: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["question", "answer"], [question, answer]])
    return out.getvalue().encode("utf-8", "surrogatepass")


_DOCUMENTS: dict[str, Callable[[str, str], bytes]] = {
    "json": lambda question, answer: json.dumps(
        [{"question": f"Why {question}?", "answer": f"So {answer}."}]
    ).encode(),
    "csv": lambda question, answer: _csv(f"Why {question}?", f"So {answer}."),
    "html": lambda question, answer: (
        f"<html><h2>Why {_references(question)}?</h2><p>So {_references(answer)}.</p>".encode()
    ),
    "markdown": lambda question, answer: (
        f"# FAQ\n\n## Why {question}?\n\nSo {answer} {_references(answer)}.\n".encode(
            "utf-8", "surrogatepass"
        )
    ),
    "text": lambda question, answer: f"Q: Why {question}?\nA: So {answer}.\n".encode(
        "utf-16", "surrogatepass"
    ),
    "rasa": lambda question, answer: (
        'nlu:\n- intent: a\n  examples: "- why '
        + json.dumps(question)[1:-1]
        + '"\nresponses:\n  utter_a:\n  - text: "so '
        + json.dumps(answer)[1:-1]
        + '"\n'
    ).encode(),
}


@pytest.mark.parametrize("form", list(_DOCUMENTS))
@settings(deadline=None, max_examples=80)
@given(question=_TEXT, answer=_TEXT)
def test_what_an_import_writes_loads_again(
    form: str, question: str, answer: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any character may be in a question or an answer, in the way that the format writes it."""
    from faqbot.errors import IngestError

    try:
        found = found_in(_DOCUMENTS[form](question, answer), f"a.{form}", form)
    except IngestError:
        return
    drafts = drafts_of([found])
    if drafts.drafts:
        path: Path = tmp_path_factory.mktemp("kb") / "kb.yaml"
        path.write_bytes(yaml_of(drafts).encode("utf-8"))
        loaded = load_knowledge_base(path)
        assert [each.question for each in loaded.entries] == [
            each.entry.question for each in drafts.drafts
        ]


def test_a_lone_surrogate_becomes_a_mark() -> None:
    """A surrogate stands for a character that was lost; a control character stood for none."""
    data = b'[{"question": "What is \\ud800x?", "answer": "A \\u0000\\u000bb \\udfff."}]'

    (candidate,) = found_in(data, "a.json").candidates

    assert (candidate.question, candidate.answer) == ("What is \ufffdx?", "A b \ufffd.")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff")))
def test_other_text_stays(text: str) -> None:
    """Nothing else is touched."""
    assert clean(text) == text


def test_a_document_has_a_limit_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that needs no rows is counted as it is read, up to the limit."""
    pairs = [{"question": f"What is number {n}?", "answer": f"It is {n}."} for n in range(4)]
    monkeypatch.setattr(reading, "MAX_QUESTIONS", 3)

    assert len(found_in(json.dumps(pairs[:3]).encode(), "a.json").candidates) == 3
    with pytest.raises(
        UnreadableDocument, match=r"a\.json has more than 50,000 questions: split it"
    ):
        found_in(json.dumps(pairs).encode(), "a.json")
