"""Documents in, knowledge base out: readers, rules, and what an import writes.

document -> reader -> blocks -> rules -> candidates -> entries, drafts where an author must look.
"""

from __future__ import annotations

__all__: list[str] = []
