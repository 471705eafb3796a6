"""Made-up phrasings are distinct, as many as asked for, and the same each time."""

from __future__ import annotations

from benchmarks.phrasings import PER_ENTRY, made_entries, made_questions


def test_phrasings_are_distinct_and_as_many_as_asked() -> None:
    """No phrasing stands twice in a base of ten thousand."""
    phrasings = [text for entry in made_entries(10_000) for text in entry.phrasings]
    assert len(phrasings) == len(set(phrasings)) == 10_000


def test_names_are_few_and_common_or_many_and_rare() -> None:
    """The commonest of the coined names is in many entries, most of them in one or none."""
    last = [entry.alternates[0].split()[1] for entry in made_entries(10_000)]
    counts = sorted((last.count(name) for name in set(last)), reverse=True)
    assert counts[0] > 20
    assert sum(count == 1 for count in counts) > len(counts) / 2


def test_questions_are_changed_phrasings() -> None:
    """They are distinct, the same each time, seldom a stored phrasing, and name their entry."""
    entries = list(made_entries(1_000))
    questions = made_questions(entries, 200)
    stored = {text for entry in entries for text in entry.phrasings}
    assert questions == made_questions(entries, 200)
    assert len({text for text, _ in questions}) == 200
    assert sum(text in stored for text, _ in questions) < 20
    assert {name for _, name in questions} <= {entry.id for entry in entries}


def test_an_entry_has_its_share_of_phrasings() -> None:
    """A row's entry is its number divided by this, which the peers in the speed runs rely on."""
    assert {len(entry.phrasings) for entry in made_entries(200)} == {PER_ENTRY}
