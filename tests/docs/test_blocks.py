"""README.md and docs/ are true: files are written, commands are run, output is compared."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.docs.pages import (
    PAGES,
    ROOT,
    Block,
    Command,
    chat,
    matches,
    read_blocks,
    run_page,
    screen_text,
)

_RUN = [page for page in PAGES if any(block.is_run for block in read_blocks(page))]
_CHATS = [
    block
    for page in PAGES
    for block in read_blocks(page)
    if block.is_run and block.language == "session"
]
# Languages of blocks that a reader types or saves; the others only show something.
_FILES = {"python", "yaml", "toml", "markdown", "csv", "json", "html", "sh"}

needs_wordllama = pytest.mark.skipif(
    importlib.util.find_spec("wordllama") is None,
    reason="the pages show what faqbot[semantic] prints, and wordllama is not installed",
)

Run = list[tuple[Command, str]]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder of built indexes for all pages, so that each base is built once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cache: Path
) -> Iterator[dict[Path, Future[Run]]]:
    """Run the pages of the selected tests, two at a time."""
    chosen = [
        item.callspec.params["page"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == "test_page_is_true"
    ]
    with ThreadPoolExecutor(2) as pool:
        yield {
            page: pool.submit(run_page, page, tmp_path_factory.mktemp("page") / "work", cache)
            for page in chosen
        }


@needs_wordllama
@pytest.mark.parametrize("page", _RUN, ids=_name)
def test_page_is_true(page: Path, runs: dict[Path, Future[Run]]) -> None:
    """Read from top to bottom, each command of a page prints the output below it."""
    wrong = [
        f"{_name(page)}:{command.block.line}: $ {command.text}\n{printed}"
        for command, printed in runs[page].result()
        if not matches(command.output, printed)
    ]

    if wrong:
        pytest.fail("\n\n".join(wrong), pytrace=False)


@needs_wordllama
@pytest.mark.parametrize("block", _CHATS, ids=lambda block: f"{_name(block.page)}:{block.line}")
def test_chat_is_true(block: Block, tmp_path: Path, cache: Path) -> None:
    """A chat is the screen of a person who types its lines."""
    for name in ("pty", "termios"):
        pytest.importorskip(name, reason="there are no pseudo-terminals here")

    assert chat(block, tmp_path / "chat", cache) == block.text


def test_an_erased_notice_is_not_on_the_screen() -> None:
    """A slow start prints a notice and erases it; the lines around it stay."""
    sent = "Getting ready ... some seconds.\r\x1b[K\r\nOffice\r\n\r\nHello\r\n> "

    assert screen_text(sent) == "\nOffice\n\nHello"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_block_is_tried(page: Path) -> None:
    """A block is run, saved as a file that the page uses, or has a reason why not."""
    blocks = read_blocks(page)
    run = "\n".join(block.text for block in blocks if block.is_run)

    assert [
        f"{_name(page)}:{block.line}"
        for block in blocks
        if block.language in _FILES
        and not block.is_excused
        and Path(block.file or "?").name not in run
        and not _is_loaded(block)
    ] == []


def _is_loaded(block: Block) -> bool:
    """Return True for a project and its modules, and for a file that a test of its own loads."""
    if block.comment.startswith("tested by: "):
        return True
    project = Path(block.file).parent / "pyproject.toml"
    return bool(block.file) and any(each.file == str(project) for each in read_blocks(block.page))


def test_dots_stand_for_any_lines() -> None:
    """A line of three dots stands for no line or more, and nothing else differs."""
    assert matches("a\n...\nd", "a\nb\nc\nd")
    assert matches("a\n...", "a")
    assert not matches("a\n...\nd", "a\nb\nc")
    assert not matches("a.c", "abc")


def test_blocks_are_found(tmp_path: Path) -> None:
    """A block has its language, its text without indent, its line, its comment and its file."""
    page = tmp_path / "page.md"
    page.write_text(
        "1. Do:\n\n   <!-- not run: why -->\n   ```sh\n   one\n    \n     two\n   ```\n\n"
        "```yaml\n# a/b.yaml\nx: 1\n```\n\n<!-- file: t.csv -->\n```csv\na,b\n```\n\n"
        "```{toctree}\nx\n```\n"
    )

    assert [(each.language, each.text, each.line, each.file) for each in read_blocks(page)] == [
        ("sh", "one\n \n  two\n", 4, ""),
        ("yaml", "# a/b.yaml\nx: 1\n", 10, "a/b.yaml"),
        ("csv", "a,b\n", 16, "t.csv"),
    ]
    assert [each.is_excused for each in read_blocks(page)] == [True, False, False]


def test_commands_are_split_from_output(tmp_path: Path) -> None:
    """A backslash continues a command; blank lines within its output stay."""
    block = Block(tmp_path, 1, "console", "$ one \\\n  more\na\n\nb\n\n$ two\n")

    assert [(each.text, each.output) for each in block.commands] == [
        ("one \\\n  more", "a\n\nb"),
        ("two", ""),
    ]


@pytest.mark.parametrize("changed", ["$ echo one\nzwei\n", "$ echo one\n"])
def test_outputs_are_renewed(tmp_path: Path, changed: str) -> None:
    """The tool for authors writes what a command prints into its page, and nothing else."""
    from tests.docs.renew import renewed

    page = tmp_path / "page.md"
    page.write_text(f"Before\n\n```console\n{changed}```\n\nAfter\n")

    assert (
        renewed(page, tmp_path / "work") == "Before\n\n```console\n$ echo one\none\n```\n\nAfter\n"
    )
