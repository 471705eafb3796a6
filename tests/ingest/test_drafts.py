"""Drafts: ids, merging, and the YAML of a new knowledge base."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqbot.ingest.blocks import BlockLocation, Pair
from faqbot.ingest.drafts import Draft, drafts_of, slug, yaml_of
from faqbot.ingest.extraction.candidate_pairs import Candidate, Found, Rule
from faqbot.ingest.importing import Import
from faqbot.ingest.summary import summary_json, summary_lines
from faqbot.kb import load_knowledge_base
from faqbot.models import Entry


def _candidate(question: str, answer: str, reason: str = "", pair: Pair | None = None) -> Candidate:
    return Candidate(question, answer, Rule.PAIR, reason=reason, pair=pair)


def _drafts(*candidates: Candidate) -> tuple[Draft, ...]:
    return drafts_of([Found("faq.md", "FAQ", candidates=list(candidates))]).drafts


def test_ids_are_slugs_of_questions() -> None:
    """An id is made of the question's words, without accents; one of no Latin words is a mark of it."""
    assert slug("Où est l'\u00c6gir, don't you know?") == "ou-est-laegir-dont-you-know"
    assert slug("None?").startswith("entry-")
    assert slug("どこですか?") == slug("どこですか?") != slug("なぜ?")
    assert len(slug("word " * 50)) <= 60


def test_a_repeated_question_is_merged_or_becomes_a_draft() -> None:
    """With one answer it is taken once; with another it becomes a draft, told apart by its first words."""
    same = _drafts(_candidate("Why?", "Because it is so."), _candidate("WHY", "because it is so"))
    other = _drafts(_candidate("Why?", "Because it is so."), _candidate("Why?", "For no reason."))

    assert [each.entry.id for each in same] == ["why"]
    assert [(each.entry.id, each.entry.draft) for each in other] == [
        ("why", False),
        ("why-2-for-no-reason", True),
    ]


def test_two_questions_with_one_answer_become_one_entry() -> None:
    """They are one entry with an alternate, unless the answer is too short to say anything."""
    answer = "It is so because nobody has changed it until now."
    (one,) = _drafts(_candidate("Why?", answer), _candidate("What for?", answer))

    assert one.entry.phrasings == ("Why?", "What for?")
    assert len(_drafts(_candidate("May I?", "Yes."), _candidate("Can we?", "Yes."))) == 2


def test_fields_of_pairs_come_through() -> None:
    """What a document says of an entry besides question and answer is kept, follow-ups by question too."""
    pair = Pair(
        ("Why?",),
        "So.",
        id="w",
        tags=("a",),
        keywords=("k",),
        url="https://a.b",
        follow_ups=("How?",),
    )
    first, _ = _drafts(_candidate("Why?", "So.", pair=pair), _candidate("How?", "Thus."))

    assert first.entry == Entry(
        "w",
        "Why?",
        "So.",
        keywords=("k",),
        source="faq.md",
        url="https://a.b",
        tags=("a",),
        follow_ups=("how",),
    )


def test_answers_that_are_too_long_come_in_parts() -> None:
    """An answer that no knowledge base takes becomes drafts that hold all of it."""
    drafts = _drafts(
        _candidate("Why?", "\n\n".join(f"paragraph {number} " * 20 for number in range(150)))
    )

    assert len(drafts) > 1
    assert all(each.entry.draft and len(each.entry.answer) <= 20_000 for each in drafts)
    assert all(
        any(f"paragraph {number} " in each.entry.answer for each in drafts) for number in range(150)
    )


def _long(word: str, size: int) -> str:
    return f"{word} " * (size // (len(word) + 1) + 1)


@pytest.mark.parametrize(
    ("pair", "cut"),
    [
        (Pair((_long("why", 500), "How?"), "So."), _long("why", 500)),
        (Pair(("Why?", _long("how", 500)), "So."), _long("how", 500)),
        (Pair(("Why?",), "So.", section=_long("part", 200)), _long("part", 200)),
        (Pair(("Why?",), "So.", source=_long("book", 500)), _long("book", 500)),
        (Pair(("Why?",), "So.", keywords=(_long("key", 100),)), _long("key", 100)),
        (Pair(("Why?",), "So.", tags=(_long("tag", 100),)), _long("tag", 100)),
        (Pair(("Why?",), "So.", not_for=(_long("not", 500),)), _long("not", 500)),
        (Pair(("Why?",), "So.", audience=frozenset({_long("team", 100)})), _long("team", 100)),
    ],
)
def test_a_text_that_is_too_long_for_its_field_is_cut_and_named(pair: Pair, cut: str) -> None:
    """The entry can be loaded, and the summary holds the text in full."""
    found = Found(
        "faq.md",
        candidates=[
            Candidate(
                pair.questions[0],
                pair.answer,
                Rule.PAIR,
                alternates=pair.questions[1:],
                pair=pair,
                place=BlockLocation(3),
            )
        ],
    )
    drafts = drafts_of([found])

    assert [(name, each.what, each.place.number) for name, each in drafts.left_out] == [
        ("faq.md", cut.strip(), 3)
    ]
    result = Import([found])
    assert f"line 3: {cut.strip()}" in "\n".join(summary_lines(result, drafts, verbose=True))
    assert summary_json(result, drafts)["documents"][0]["left_out"][0]["what"] == cut.strip()
    assert "\u2026" in yaml_of(drafts)


def test_items_beyond_the_length_of_a_list_are_named() -> None:
    """A field takes the first 1,000 items; the summary names the others."""
    tags = tuple(f"tag {number}" for number in range(1_002))
    drafts = drafts_of(
        [
            Found(
                "a.md",
                candidates=[_candidate("Why?", "So.", pair=Pair(("Why?",), "So.", tags=tags))],
            )
        ]
    )

    assert drafts.drafts[0].entry.tags == tags[:1_000]
    assert [each.what for _, each in drafts.left_out] == ["tag 1000", "tag 1001"]


def test_follow_ups_that_an_entry_cannot_have_are_named() -> None:
    """An entry has five follow-ups, to entries of the import; others are in the summary."""
    names = tuple(f"Question {word}?" for word in ("a", "b", "c", "d", "e", "f"))
    pair = Pair(("Why?",), "So.", follow_ups=("Where?", *names))
    drafts = drafts_of(
        [
            Found(
                "a.md",
                candidates=[
                    _candidate("Why?", "So.", pair=pair),
                    *(_candidate(name, f"Answer to {name}") for name in names),
                ],
            )
        ]
    )

    assert len(drafts.drafts[0].entry.follow_ups) == 5
    assert [each.what for _, each in drafts.left_out] == ["Where?", "question-f"]


def test_the_titles_of_other_documents_are_named() -> None:
    """A knowledge base has one title, of the first document that has one."""
    drafts = drafts_of(
        [Found("a.md"), Found("b.md", "Help"), Found("c.md", "Help!"), Found("d.md", "More")]
    )

    assert drafts.title == "Help"
    assert [(name, each.what) for name, each in drafts.left_out] == [("d.md", "More")]


def test_merged_and_split_questions_keep_their_alternates() -> None:
    """Each alternate is in one entry, whatever becomes of its question."""

    def asked(answer: str, *alternates: str) -> Candidate:
        return Candidate("Why?", answer, Rule.PAIR, alternates=alternates)

    merged = _drafts(asked("So.", "How come?"), asked("So it is.", "For which reason?"))
    apart = _drafts(asked("So.", "How come?"), asked("Or not.", "How come?", "For which reason?"))
    split = _drafts(asked("word " * 5_000, "How come?"))

    assert [each.entry.alternates for each in merged] == [("How come?", "For which reason?")]
    assert [each.entry.alternates for each in apart] == [("How come?",), ("For which reason?",)]
    assert [each.entry.alternates for each in split][:2] == [("How come?",), ()]


def test_the_file_says_why_an_entry_is_a_draft(tmp_path: Path) -> None:
    """The YAML loads as the entries, and the reason is a comment beside `draft: true`."""
    made = drafts_of(
        [
            Found(
                "faq.md",
                "FAQ",
                candidates=[
                    _candidate("Why?", "a\n\n```\n  b\n```", "look at it"),
                    _candidate("How: to?", "- x"),
                ],
            )
        ]
    )
    path = tmp_path / "kb.yaml"
    path.write_text(yaml_of(made), encoding="utf-8")

    assert load_knowledge_base(path).entries == tuple(each.entry for each in made.drafts)
    assert "    draft: true  # look at it\n" in yaml_of(made)


@pytest.mark.parametrize(
    ("question", "answer", "header"),
    [
        (
            "Wie verlängere ich mein Buch?",
            "Das geht im Konto, wenn niemand sonst auf das Buch wartet und es noch nicht fällig ist.",
            "language: de",
        ),
        (
            "Quand puis-je venir ?",
            "La bibliothèque est ouverte tous les jours, mais elle ferme plus tôt pendant les vacances.",
            "language: fr",
        ),
        ("Wer?", "Ada Lovelace.", ""),
    ],
)
def test_header_names_the_language_of_the_texts(question: str, answer: str, header: str) -> None:
    """The language is found in the text, and left out where it is not clear."""
    found = Found("faq.md", "FAQ", candidates=[_candidate(question, answer)])
    lines = yaml_of(drafts_of([found])).splitlines()

    assert [line for line in lines if line.startswith("language:")] == [header] * bool(header)


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("One. \nTwo.\t\n\nThree.", "One.\nTwo.\n\nThree."),
        ("One.  \nTwo.", "One.\\\nTwo."),
        ("```\n\ta  \n```", "```\n    a\n```"),
        ("| a |  \n|---|", "| a |\n|---|"),
    ],
)
def test_answers_are_easy_to_edit(answer: str, written: str) -> None:
    """Blanks at line ends and tabs would make YAML write one escaped line."""
    found = Found("a.md", candidates=[Candidate("Is it?", answer, Rule.PAIR)])
    (draft,) = drafts_of([found]).drafts

    assert draft.entry.answer == written
    assert '"' not in yaml_of(drafts_of([found])).partition("answer:")[2]
