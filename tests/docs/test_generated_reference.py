"""The Sphinx extension that generates parts of the reference."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from faqbot import Bot, load_knowledge_base
from faqbot.kb import shipped_manners
from faqbot.kb.fields import ENTRY, FILE, MANNER, SOURCE, TEST
from tests.docs.pages import ROOT

_REFERENCE = ROOT / "docs" / "reference"
_EXAMPLES = [_REFERENCE / "every-field.yaml", _REFERENCE / "without-manners.yaml"]


@pytest.fixture(scope="module")
def extension() -> ModuleType:
    """Return the extension, which is no installed module."""
    spec = importlib.util.spec_from_file_location(
        "generated_reference", ROOT / "docs" / "_ext" / "generated_reference.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_examples_are_knowledge_bases() -> None:
    """The example files load, and their tests come out as they expect."""
    for path in _EXAMPLES:
        bot = Bot.from_file(path, cache=False)
        for test in bot.kb.tests:
            answer = bot.ask(test.ask)
            assert (answer.entry.id if answer.entry else "none") in (test.expect or ("none",))


def test_every_field_has_its_rule_and_an_example(extension: ModuleType) -> None:
    """Each field of each record has a heading, its description, its rule and an example."""
    text = extension.fields(_EXAMPLES)

    for record in (FILE, ENTRY, TEST, SOURCE, MANNER):
        for field in record.fields:
            form = re.escape(f"### `{field.name}`\n\n{field.description}\n\n")
            rule = f"{'Required' if field.required else 'Optional'}\\. Value: .+\\.\n\n"
            assert re.search(f"{form}{rule}```yaml\n{field.name}:", text), field.name


def test_each_way_of_writing_a_value_is_shown(extension: ModuleType) -> None:
    """A field that takes an id, a list or a word for none has an example of each."""
    text = extension.fields(_EXAMPLES)

    for shown in ("expect: renew-a-loan", "expect: [borrow-a-book, renew-a-loan]", "expect: none"):
        assert f"```yaml\n{shown}\n```" in text
    assert "```yaml\nmanners: none\n```" in text


def test_an_example_is_cut_at_its_end(extension: ModuleType) -> None:
    """An example has no line of the next field, nor the mark and indent of its list."""
    text = extension.fields(_EXAMPLES)

    assert "```yaml\nnot_for:\n  - How do I lend a book to the library?\n```" in text
    assert "```yaml\nid: borrow-a-book\n```" in text


def test_a_field_without_an_example_is_an_error(extension: ModuleType) -> None:
    """A field that is added to the format needs an example."""
    with pytest.raises(ValueError, match="no example of `language`"):
        extension.fields(_EXAMPLES[1:])


def test_every_check_code_has_a_row(extension: ModuleType) -> None:
    """Each rule of `faqbot check` is in the table of its group."""
    from faqbot.authoring.checks.findings import GROUPS, RULES

    text = extension.checks()

    assert re.findall(r"^\| ([A-Z]\d{3}) \|", text, flags=re.MULTILINE) == sorted(
        RULES, key=lambda code: (list(GROUPS).index(code[0]), list(RULES).index(code))
    )
    assert [title for title in GROUPS.values() if f"## {title}\n" not in text] == []


def test_every_manner_has_a_row(extension: ModuleType) -> None:
    """Each id of the shipped manners is in a table, with the bot's words on one line."""
    rows = re.findall(r"^\| `([\w-]+)` \| .+ \| .+ \|$", extension.manners(), flags=re.MULTILINE)

    assert sorted(rows) == sorted(entry.id for entry in shipped_manners().entries)


def test_marks_are_replaced(extension: ModuleType) -> None:
    """A mark on a line of its own is replaced, and the rest of the page stays."""
    page = "# Title\n\n<!-- generated: checks -->\n\nEnd <!-- generated: checks -->\n"

    filled = extension.fill(page, _REFERENCE)

    assert filled.startswith("# Title\n\n## Loading\n")
    assert filled.endswith("\n\nEnd <!-- generated: checks -->\n")


@pytest.mark.parametrize("page", ["yaml.md", "checks.md", "manners.md"])
def test_pages_have_their_marks(extension: ModuleType, page: str) -> None:
    """The generated pages are filled; the tables are in no committed file."""
    text = (_REFERENCE / page).read_text(encoding="utf-8")

    assert len(extension.fill(text, _REFERENCE)) > 2 * len(text)


def test_the_reader_reads_the_shown_fields() -> None:
    """The example file sets every field, and all of them arrive in the knowledge base."""
    kb = load_knowledge_base(_EXAMPLES[0])

    assert kb.manners
    assert kb.synonyms
    assert kb.source.retrieved
    assert {test.expect for test in kb.tests} >= {(), ("borrow-a-book", "renew-a-loan")}


def test_each_adapter_has_a_column_of_capabilities(extension: ModuleType) -> None:
    """The table shows the declared capabilities of each adapter that comes with faqbot."""
    pytest.importorskip("slack_bolt", reason="Slack needs faqbot[slack]")
    lines = extension.capabilities().splitlines()
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    rows = {row[0]: row[1:] for row in table}

    assert table[0] == [
        "",
        "mcp",
        "slack",
        "terminal",
        "web",
        "openai",
        "rasa",
        "azure",
        "web chat",
    ]
    assert rows["conversations"] == ["", "yes", "yes", "yes", "yes", "yes", "", "yes"]
    assert rows["buttons"] == ["", "yes", "", "yes", "", "yes", "", "yes"]
    assert rows["longest message"] == ["no limit", "4,000 characters"] + ["no limit"] * 6
