"""Process that converts documents; see `conversion`.

Requests come through standard input, replies go to standard output, both as pickles.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from typing import TypeAlias

from faqbot.errors import FaqbotError, IngestError, UnreadableDocument, UnsupportedDocument
from faqbot.ingest.extraction.candidate_pairs import Found
from faqbot.ingest.reading import found_in, found_together

# Bytes of memory for the process, code of libraries included. Chosen by hand.
MAX_MEMORY = 300_000_000
# Bytes of the libraries' code and constants, outside the limit on data. With all converters loaded,
# 45 MB were measured on Linux.
_CODE = 60_000_000
# Seconds of processor time per document. A busy machine makes them longer on the clock; chosen by hand.
MAX_SECONDS = 20
# Bytes of a reply. A knowledge base holds at most 128 MB. The parent process needs about three times
# the size of the reply to write the entries.
_MAX_REPLY = 60_000_000
_KINDS = (UnsupportedDocument, UnreadableDocument, IngestError)

Reply: TypeAlias = Found | IngestError | None
"""Candidates of a document, an error, or None if memory ran out."""


Content: TypeAlias = bytes | tuple[tuple[str, bytes], ...]
"""Bytes of a document, or the names and bytes of the files of one Rasa project."""


def converted(data: Content, name: str, chosen: str) -> Found:
    """Return the candidates in *data*; raise as `found_in` does."""
    return found_in(data, name, chosen) if isinstance(data, bytes) else found_together(data, name)


def main() -> None:
    """Convert each document of standard input until it ends."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Output of libraries must not mix with the replies.
    os.dup2(2, 1)
    _limit_memory()
    while True:
        try:
            data, name, chosen = pickle.load(requests)  # noqa: S301 - from our own process
        except EOFError:
            return
        _limit_time()
        replies.write(_pickled(_reply(data, name, chosen), name))
        replies.flush()


def _reply(data: Content, name: str, chosen: str) -> Reply:
    try:
        return converted(data, name, chosen)
    except MemoryError:
        return None
    except FaqbotError as error:
        kind = next((each for each in _KINDS if isinstance(error, each)), IngestError)
        return kind(str(error))
    except Exception as error:  # noqa: BLE001 - parsers let anything through, and others are read all the same
        message = f"{name} could not be read ({type(error).__name__}: {error}): please report this"
        return UnreadableDocument(" ".join(message.split()))


def _pickled(reply: Reply, name: str) -> bytes:
    try:
        data = pickle.dumps(reply)
    except MemoryError:
        return pickle.dumps(None)
    if len(data) <= _MAX_REPLY:
        return data
    most = _MAX_REPLY // 1_000_000
    message = f"{name} has over {most} MB of text: split it, or import the part with the questions"
    return pickle.dumps(UnreadableDocument(message))


def _limit_memory() -> None:
    """Limit the memory of this process, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        limit = MAX_MEMORY - _CODE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _limit_time() -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + MAX_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
