"""A small knowledge base with an entry for each thing that is hard to show in Slack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RESET = (
    "Open **Settings & Security**, then follow [the reset page](https://example.org/reset?a=1&b=2)."
)

_LONG = "\n\n".join(
    f"Rule {number}: a journey of that kind is booked at the desk, and paid for by the department "
    f"that sends the traveller. Receipts number {number} are kept for two years."
    for number in range(1, 128)
)
_HEADINGS = "\n\n".join(f"# Step {number}\n\nDo part {number}." for number in range(1, 61))

_SETTINGS = """\
owners = ["U5OWNER"]

[sections]
Accounts = ["U5OWNER"]

[channels.C5AMBIENT]
ambient = true
threshold = 0.8
budget = 100

[audiences.staff]
people = ["U5STAFF"]
channels = ["C5STAFF"]

[external]
answer = "public"

[suggestions]
channel = "C5TRIAGE"

[escalation]
channel = "C5HELP"
"""

_ENTRIES: list[dict[str, Any]] = [
    {
        "id": "pw",
        "question": "How do I reset my password?",
        "alternates": ["I forgot my password", "change my password"],
        "answer": RESET,
        "section": "Accounts",
    },
    {
        "id": "hours",
        "question": "What are the opening hours of the office?",
        "alternates": ["when is the office open", "hours", "office hours"],
        "answer": "The office is open from *nine* to five.",
        "section": "Office",
        "follow_ups": ["parking"],
    },
    {
        "id": "parking",
        "question": "Where can I park my car?",
        "answer": "Behind the house.",
        "section": "Office",
    },
    {
        "id": "payload",
        "question": "What is the payload limit?",
        "answer": "A payload has at most one megabyte.",
        "section": "Programs",
    },
    {
        "id": "long",
        "question": "What are the travel rules?",
        "alternates": ["all rules for business journeys"],
        "answer": _LONG,
        "section": "Journeys",
    },
    {
        "id": "evil",
        "question": "How do I greet everybody loudly?",
        "answer": "Say <!channel> <@U1> &lt; *x* and <https://example.org|click>, <!here>.",
        "section": "Office",
    },
    {
        "id": "headings",
        "question": "What are the sixty steps of onboarding?",
        "answer": _HEADINGS,
        "section": "Journeys",
    },
    {
        "id": "private",
        "question": "What is the combination of the safe?",
        "answer": "The combination is 4711.",
        "section": "Secrets",
        "audience": ["staff"],
    },
    {
        "id": "public",
        "question": "Which products do you sell?",
        "answer": "We sell bicycles.",
        "section": "Sales",
        "audience": ["public"],
    },
    {
        "id": "printer-paper",
        "question": "How do I refill the paper of the printer?",
        "answer": "Pull out the tray.",
        "section": "Office",
    },
    {
        "id": "printer-ink",
        "question": "How do I refill the ink of the printer?",
        "answer": "Open the flap.",
        "section": "Office",
    },
]


def write_knowledge(folder: Path) -> Path:
    """Write the knowledge base into *folder*; return its path."""
    base = {
        "version": 1,
        "title": "Fake office",
        "language": "en",
        "fallback": "Sorry, I do not know that.",
        "entries": _ENTRIES,
    }
    path = folder / "office.yaml"
    path.write_text(yaml.safe_dump(base, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def write_settings(folder: Path) -> Path:
    """Write the settings for the channels and people of the scenarios into *folder*; return the path."""
    path = folder / "slack.toml"
    path.write_text(_SETTINGS, encoding="utf-8")
    return path
