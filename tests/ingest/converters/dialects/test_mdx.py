"""Components of MDX: folded ones ask, others keep their text and lose their tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqbot.ingest.converters.dialects.mdx import Components
from faqbot.ingest.reading import found_in

_EXPECTED = [("Is it far?", "A mile."), ("No taxi", "Walk."), ("Is it dear?", "A pound.")]


def _found(text: str) -> list[tuple[str, str]]:
    found = found_in(text.encode(), "faq.mdx")
    return [(each.question, each.answer) for each in found.candidates]


def _filled(pattern: str) -> str:
    return "\n".join(
        pattern.replace("QQ", question).replace("AA", answer) for question, answer in _EXPECTED
    )


@pytest.mark.parametrize(
    "pattern",
    [
        '<Accordion title="QQ">\n  AA\n</Accordion>',
        "<Expandable title='QQ' icon={<Coin size={2} />}>\n    AA\n</Expandable>",
        '<FaqItem\n  question={"QQ"}\n>AA</FaqItem>',
        '<FAQ question="QQ" answer="AA" />',
        "<AccordionItem>\n<AccordionTrigger>QQ</AccordionTrigger>\n<AccordionContent>\n  AA\n</AccordionContent></AccordionItem>",
        "<Accordion><AccordionSummary>\n  <Typography>QQ</Typography>\n</AccordionSummary>\n<AccordionDetails>AA</AccordionDetails></Accordion>",
        "<Details>\n<Summary>QQ</Summary>\n\nAA\n\n</Details>",
    ],
)
def test_folded_components_are_pairs(pattern: str) -> None:
    """Title and text may be attributes, children, or components of their own."""
    text = f"# Help\n\n<Group cols={{2}}>\n{_filled(pattern)}\n</Group>\n"

    assert _found(text) == _EXPECTED


def test_other_components_keep_their_titles_and_texts() -> None:
    """Boxes get a title in bold; indentation inside a component is no code."""
    text = (
        "# Is it far?\n\n<Steps>\n    <Step title='One'>\n        Turn left.\n\n        - a\n          - b\n    </Step>\n</Steps>\n\n"
        "<Callout type='warning'>Wet floor.</Callout>\n\n<Card title='Map' href='https://example.org/map'>See it.</Card>"
    )

    assert _found(text) == [
        (
            "Is it far?",
            "**One**\n\nTurn left.\n\n- a\n  - b\n\n**Warning:** Wet floor.\n\n**[Map](https://example.org/map)**\n\nSee it.",
        )
    ]


def test_settings_and_comments_are_named() -> None:
    """Imports, exports, comments and components without text are left out, with their reason."""
    text = "import Box from './box'\n\n# Is it far?\n\n{/* todo */}\n\n<Hero image='a.png' />\n\nA mile."
    found = found_in(text.encode(), "faq.mdx")

    assert [each.answer for each in found.candidates] == ["A mile."]
    assert {each.what for each in found.left_out} == {
        "import Box from './box'",
        "{/* todo */}",
        "<Hero image='a.png' />",
    }


@pytest.mark.parametrize("text", ["`<Accordion title='x'>` is a tag.", "```\n<Note>\n</Note>\n```", "Use <T> and <Key>."])  # fmt: skip
def test_code_and_placeholders_stay(text: str) -> None:
    """A component in code is text, and so is a capital word in angle brackets."""
    assert [line for _, line in Components(text).rewritten()] == text.split("\n")


@given(st.lists(st.sampled_from(["<Faq title='q'>", "</Faq>", "<Tab>", "</Tab>", "<Note>", "</Note>", "<X a='b'/>", "word", "\n", "    ", "```\n"])))  # fmt: skip
def test_components_lose_no_word(parts: list[str]) -> None:
    """However tags are nested, the text between them stays, and lines keep their numbers."""
    text = "".join(parts)
    lines = Components(text).rewritten()

    assert "".join(line for _, line in lines).count("word") == text.count("word")
    numbers = [number for number, _ in lines]
    assert numbers == sorted(numbers)
    assert max(numbers) <= text.count("\n") + 1
