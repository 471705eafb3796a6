"""An answer, and a bot, as plain data: what the command line prints as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faqbot.bot import Bot
    from faqbot.models import Answer, Match

__all__ = ["describe_answer", "describe_bot"]

_LIBRARIES = ("click", "numpy", "pyyaml", "rapidfuzz", "wordllama", "fastembed")


def describe_answer(answer: Answer, matches: Iterable[Match]) -> dict[str, object]:
    """Return *answer* with *matches* listed, entries as ids, figures to four decimals."""
    return {
        "question": answer.question.text,
        "outcome": answer.outcome.value,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason.value if answer.reason else None,
        "entry": answer.entry.id if answer.entry else None,
        "answer": answer.text,
        "matches": [_describe_match(match) for match in matches],
        "choices": [entry.id for entry in answer.choices],
        "follow_ups": [entry.id for entry in answer.follow_ups],
        "manners": answer.manners,
        "parts": [describe_answer(part, part.matches) for part in answer.parts],
    }


def _describe_match(match: Match) -> dict[str, object]:
    return {
        "entry": match.entry.id,
        "question": match.entry.question,
        "phrasing": match.phrasing,
        "score": round(match.score, 4),
        "confidence": round(match.confidence, 4),
    }


def describe_bot(bot: Bot) -> dict[str, object]:
    """Return what *bot* runs on: versions (null: not installed), encoder, counts, files."""
    from platform import python_version

    from faqbot.adapters import adapter_names
    from faqbot.kb import schema_path

    return {
        "faqbot": __version__,
        "python": python_version(),
        "libraries": {name: _installed_version(name) for name in _LIBRARIES},
        "encoder": bot.encoder_name,
        "encoder_note": bot.encoder_note,
        "title": bot.kb.title,
        "knowledge_base": [str(path) for path in bot.kb.paths],
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
