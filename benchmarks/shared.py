"""Folder beside the repository with question sets, documents and models.

The environment variable FAQBOT_SHARED names it, and otherwise it is ``../shared``. Tests that need it
skip if it is absent.
"""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("FAQBOT_SHARED") or Path(__file__).parents[2] / "shared")
