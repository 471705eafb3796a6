"""Reading what is close to Markdown by writing it as Markdown, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from faqbot.ingest.blocks import Block, Place
from faqbot.ingest.converters import markdown

__all__ = ["blocks_of_lines"]


def blocks_of_lines(lines: Iterable[tuple[int, str]], name: str) -> Iterator[Block]:
    """Yield the blocks of *lines* of Markdown, each with its number in the document it comes from."""
    numbers, texts = [0], []
    for number, text in lines:
        numbers += [number] * (text.count("\n") + 1)
        texts.append(text)
    for block in markdown.read("\n".join(texts).encode("utf-8", "replace"), name):
        at = min(block.place.number, len(numbers) - 1)
        yield replace(block, place=Place(numbers[at]))
