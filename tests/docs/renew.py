"""Write the output of the commands in pages anew: `python -m tests.docs.renew PAGE...`.

Look at the difference before you commit it: the pages show what the program prints, right or wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import indent

from tests.docs.pages import Block, chat, matches, read_blocks, run_page


def renewed(page: Path, work: Path) -> str:
    """Return the text of *page* with the output its commands print now; *work* is an empty folder."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    outputs = sorted(_outputs(page, work), key=lambda each: each[0].line, reverse=True)
    for block, text in outputs:
        old = lines[block.line : block.line + block.text.count("\n")]
        margin = old[0][: len(old[0]) - len(old[0].lstrip())]
        lines[block.line : block.line + len(old)] = indent(text, margin)
    return "".join(lines)


def _outputs(page: Path, work: Path) -> Iterator[tuple[Block, str]]:
    """Yield each block that is run, in order, with the text it is to have."""
    cache = work / "cache"
    for block, results in groupby(run_page(page, work / "page", cache), lambda each: each[0].block):
        yield (
            block,
            "\n".join(_shown(command.text, command.output, out) for command, out in results),
        )
    for number, block in enumerate(read_blocks(page)):
        if block.language == "session" and block.is_run:
            yield block, chat(block, work / f"chat{number}", cache)


def _shown(command: str, shown: str, printed: str) -> str:
    output = shown if matches(shown, printed) else printed
    return f"$ {command}\n{output}\n" if output else f"$ {command}\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            Path(name).write_text(renewed(Path(name).resolve(), Path(folder)), encoding="utf-8")
