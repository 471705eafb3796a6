"""Hidden prompts of chat clients, for titles, tags and search queries of a chat.

They are answered with the least that the client can use, and are no questions to the bot.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Words of a title that is taken from the chat. Clients ask for three to five.
_TITLE_WORDS = 5
# First characters of a prompt that are searched: the task is at the beginning. Chosen by hand.
_HEAD_CHARS = 1_500
# The first thing that a person said, in the forms in which clients quote a chat.
_FIRST_USER = re.compile(
    r"^[ \t]*+(?:user|human|\*\*user\*\*)[ \t]*+:[ \t]*+\n?(?P<said>[^\n]{1,300})",
    re.IGNORECASE | re.MULTILINE,
)
_MARKED = re.compile(r"(?i)\A\s*#{1,3}\s*task\s*:|<chat_history>|</?conversation>")
_TITLE = re.compile(
    r"(?i)\b(?:concise|short|brief)?,?[^.\n]{0,60}\btitle\b[^.\n]{0,80}\b(?:conversation|chat|message|word)s?\b"
)
_ORDER = re.compile(
    r"(?i)\A\W*(?:please\s+)?(?:generate|write|provide|create|summari[sz]e|suggest|analy[sz]e)\b"
)


# Beginning of a question to which a client added passages of files or web pages, such as Open WebUI.
_WITH_CONTEXT = re.compile(r"(?i)\s{0,8}#{1,3} {0,2}task:\s{0,8}respond to the user query\b")
_CONTEXT_END = "</context>"
_QUERY_TAGS = re.compile(r"</?user_query>")


def own_question(text: str) -> str:
    """Return the question in *text*, without the passages that a client added before it."""
    if not _WITH_CONTEXT.match(text):
        return text
    question = _QUERY_TAGS.sub("", text.rpartition(_CONTEXT_END)[2]).strip()
    return question or text


def task_reply(text: str) -> str | None:
    """Return the reply to *text*, a client's hidden prompt, else None."""
    head = text[:_HEAD_CHARS]
    marked = bool(_MARKED.search(head) or _MARKED.search(text))
    # A client's prompt has lines with the chat; a question of a person about titles has one line.
    is_order = "\n" in text.strip() and _ORDER.search(head) and _TITLE.search(head)
    if not marked and not is_order:
        return None
    for pattern, reply in _TASKS:
        if pattern.search(head):
            return reply(text)
    return "" if marked else None


def _title(text: str) -> str:
    said = _FIRST_USER.search(text)
    words = re.findall(r"[\w'-]+", said["said"]) if said else []
    title = " ".join(words[:_TITLE_WORDS]) or "Question"
    return f'{{"title": "{title}"}}' if _wants_json(text) else title


def _json_list(name: str) -> Callable[[str], str]:
    return lambda text: f'{{"{name}": []}}' if _wants_json(text) else ""


def _wants_json(text: str) -> bool:
    return "json" in text.lower()


# The task of a prompt, by the words that describe it, with its reply. The first that fits is taken.
_TASKS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"(?i)\bfollow[- _]?ups?\b"), _json_list("follow_ups")),
    (re.compile(r"(?i)\b(?:search )?quer(?:y|ies)\b"), _json_list("queries")),
    (re.compile(r"(?i)\btags?\b"), _json_list("tags")),
    (re.compile(r"(?i)\bautocomplet"), lambda text: '{"text": ""}' if _wants_json(text) else ""),
    (re.compile(r"(?i)\btitle\b"), _title),
    (re.compile(r"(?i)\bemoji\b"), lambda _: "\N{SPEECH BALLOON}"),
)
