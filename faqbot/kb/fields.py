"""Table of the fields of a knowledge base, version 1.

The reader and the JSON Schema for editors are both made from this table, so the two agree. After a
change, write the schema again with::

    python -m faqbot.kb.fields > faqbot/kb/kb.schema.json
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from faqbot.kb.validators import (
    CAUTION,
    DAY,
    FLAG,
    LANGUAGE,
    NOTHING,
    SLUG,
    URL,
    VERSION,
    Field,
    ListOf,
    OneOrMore,
    RecordValidator,
    TextValidator,
)

if TYPE_CHECKING:
    from faqbot.kb.validators import Json

# Limits in characters, chosen by hand: far above the texts of real knowledge bases.
_LINE = TextValidator(500)
_LABEL = TextValidator(100, shared=True)
_MARKDOWN = TextValidator(20_000, lines=True)

SOURCE = RecordValidator(
    "`source`",
    (
        Field("title", _LINE, "The title of the document."),
        Field("url", URL, "Where the document can be read."),
        Field("file", _LINE, "The document's file, if it is kept beside the knowledge base."),
        Field("licence", _LINE, "The licence of the document.", also=("license",)),
        Field("retrieved", DAY, "The day the document was read, such as 2026-01-31."),
    ),
)

ENTRY = RecordValidator(
    "an entry",
    (
        Field(
            "id",
            SLUG,
            "A name that never changes, such as `what-is-diplomacy`: lower-case words joined by "
            "hyphens. Follow-ups, tests and logs refer to it.",
            required=True,
            also=("qid", "name", "key"),
        ),
        Field(
            "question",
            _LINE,
            "The question as people are shown it, on one line.",
            required=True,
            also=("q", "ask"),
        ),
        Field(
            "alternates",
            ListOf(_LINE),
            "Other ways to ask the question. They are matched and never shown.",
            also=("variants", "examples", "phrasings", "utterances", "aliases"),
        ),
        Field(
            "not_for",
            ListOf(_LINE),
            "Questions that look like this one and must not get this answer.",
            also=("negative", "except"),
        ),
        Field(
            "answer",
            _MARKDOWN,
            "The answer in Markdown, the short answer first. Write it below `|-`.",
            required=True,
            also=("a", "response", "text"),
        ),
        Field("keywords", ListOf(_LABEL), "Words that point to this entry, without a phrasing."),
        Field(
            "section",
            TextValidator(200, shared=True),
            "The heading under which the entry is listed.",
            also=("category", "topic", "group"),
        ),
        Field(
            "source",
            _LINE,
            "Where the answer comes from, in words a reader can follow: heading and paragraph.",
        ),
        Field("url", URL, "A page with more about the answer.", also=("link",)),
        Field("tags", ListOf(_LABEL), "Labels to browse and filter entries by.", also=("labels",)),
        Field(
            "follow_ups",
            ListOf(SLUG, most=5),
            "The ids of up to five entries to offer after this answer.",
            also=("related", "see_also", "next"),
        ),
        Field(
            "audience",
            ListOf(_LABEL),
            "Labels of those who may see the entry, such as `staff`; without labels everybody may.",
        ),
        Field("reviewed", DAY, "The day somebody last checked the answer, such as 2026-01-31."),
        Field("expires", DAY, "The first day the answer is no longer right, such as 2026-12-31."),
        Field("draft", FLAG, "True while the entry is not ready: a draft is never an answer."),
    ),
)

TEST = RecordValidator(
    "a test",
    (
        Field(
            "ask",
            _LINE,
            "A question in words that no entry holds: tests are never matched against.",
            required=True,
            also=("question",),
        ),
        Field(
            "expect",
            OneOrMore(SLUG, nothing=NOTHING),
            "The id of the entry that is right, a list of ids any of which is, or `none`.",
            required=True,
            also=("id", "answer"),
        ),
    ),
)

MANNER = RecordValidator(
    "an item of `manners`",
    (
        ENTRY.by_name["id"],
        Field("question", _LINE, "What a person says; it is needed for an id of your own."),
        Field("alternates", ListOf(_LINE), "Further ways to say it, added to the shipped ones."),
        Field("answer", _MARKDOWN, "What the bot says to it, in Markdown."),
        Field("draft", FLAG, "True to leave the shipped one of this id out."),
    ),
)

FILE = RecordValidator(
    "a knowledge base",
    (
        Field("version", VERSION, "The version of this format: 1.", required=True),
        Field("title", _LINE, "What the knowledge base is about."),
        Field("language", LANGUAGE, "The language of the file, such as `en`.", also=("lang",)),
        Field(
            "languages",
            ListOf(LANGUAGE),
            "The languages in which questions may be answered, such as [en, de]; all by default. "
            "Detection needs the extra `languages`.",
        ),
        Field("source", SOURCE, "The document that the knowledge base was written from."),
        Field("greeting", _MARKDOWN, "What the bot says first, in Markdown."),
        Field("fallback", _MARKDOWN, "What the bot says when it has no answer, in Markdown."),
        Field("contact", _MARKDOWN, "Whom to ask instead, in Markdown: it follows the fallback."),
        Field(
            "caution",
            CAUTION,
            "How sure the bot must be before it answers: low, normal or high.",
        ),
        Field(
            "synonyms",
            ListOf(ListOf(_LABEL, least=2), most=10_000),
            "Groups of terms that mean the same, such as [UN, United Nations]. A term in capitals "
            "stands only for itself in capitals.",
        ),
        Field(
            "manners",
            OneOrMore(MANNER, nothing=NOTHING),
            "Changes to what the bot says to greetings, thanks and the like, by the id of what is "
            "changed; `none` switches them off.",
        ),
        Field("entries", ListOf(ENTRY, most=None), "The answers, each with its questions."),
        Field(
            "tests",
            ListOf(TEST, most=None),
            "Questions with the entries that are right, to measure how well the bot does.",
        ),
    ),
)


def json_schema() -> Json:
    """Return the file rules as JSON Schema, draft 2020-12.

    An editor reads `1` as a number and `true` as a boolean, so the schema expects these. faqbot reads
    every scalar as text. Only faqbot checks that ids are unique, and that ids in references exist.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "faqbot knowledge base, version 1",
        "description": "Questions with their answers, for faqbot. Name this file on the first line: "
        "# yaml-language-server: $schema=path/to/kb.schema.json",
    } | FILE.json()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
