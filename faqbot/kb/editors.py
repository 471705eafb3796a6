"""The JSON Schema that gives authors completion and hover help in their editor.

It is made from the table of fields; after a change there, write it anew with::

    python -m faqbot.kb.editors > faqbot/kb/kb.schema.json
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from faqbot.kb.fields import FILE

if TYPE_CHECKING:
    from faqbot.kb.validators import Json

__all__ = ["json_schema"]


def json_schema() -> Json:
    """Return the rules for one file as JSON Schema, draft 2020-12.

    An editor reads `1` as a number and `true` as a truth value, so the schema expects these; faqbot
    takes every scalar as text. That ids are unique, and that those named exist, only faqbot checks.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "faqbot knowledge base, version 1",
        "description": "Questions with their answers, for faqbot. Name this file on the first line: "
        "# yaml-language-server: $schema=path/to/kb.schema.json",
    } | FILE.json()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
