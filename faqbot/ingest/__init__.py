"""Import of documents: entries of a knowledge base from files of many formats.

A converter turns a document into blocks, and rules turn blocks into candidates. Candidates become
entries, or drafts where an author must look.
"""

from __future__ import annotations

__all__: list[str] = []
