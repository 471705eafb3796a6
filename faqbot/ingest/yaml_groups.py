"""Questions with answers in YAML that no bot exported: lists of objects, and objects in groups."""

from __future__ import annotations

import yaml

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.converters.plain_data import grouped_blocks, unread

__all__ = ["yaml_blocks"]

# Every value stays the text that it is: "no" and "1.10" are answers.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def yaml_blocks(text: str) -> list[Block]:
    """Return the pairs of the YAML *text*; none for broken YAML, or for a text with aliases.

    An alias repeats a part of the document, so a small text can stand for a huge one.
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_LOADER)):
            return []
        given = list(yaml.load_all(text, Loader=_LOADER))
    except yaml.YAMLError:
        return []
    blocks = list(grouped_blocks(given))
    if not any(block.kind is Kind.PAIR for block in blocks):
        return []
    return [*blocks, *unread(given, blocks)]
