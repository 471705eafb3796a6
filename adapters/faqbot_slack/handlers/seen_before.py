"""Recognition of clicks, warnings and messages that any process handled before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from faqbot_slack.expiring import DAY, MINUTE, ExpiringMap

if TYPE_CHECKING:
    from faqbot import Store
    from faqbot_slack.events.types import Message
    from faqbot_slack.handlers.asker import Asker

# Keys that are known at a time; the oldest goes first. Chosen by hand: some megabytes in all.
_MOST_ACTIONS, _MOST_THREADS = 10_000, 1_000


class SeenBefore:
    """Keys that were seen within a minute or a day. Thread-safe."""

    def __init__(self, store: Store, team: str, clock: Callable[[], float]) -> None:
        """Start empty; replicas share the keys of the workspace *team* in *store*."""
        self._store = store
        self._team = team
        self._warned: ExpiringMap[tuple[str, str], bool] = ExpiringMap(_MOST_THREADS, DAY, clock)
        self._this_minute: ExpiringMap[tuple[str, ...], bool] = ExpiringMap(
            _MOST_ACTIONS, MINUTE, clock
        )
        self._today: ExpiringMap[tuple[str, ...], bool] = ExpiringMap(_MOST_ACTIONS, DAY, clock)

    def is_first_click(self, *key: str) -> bool:
        """Return True if *key* was not clicked within the last minute, and note the click.

        The period is short so that a person can try again after an error.
        """
        is_first = self._this_minute.add(key, True)  # noqa: FBT003 - a value
        return is_first and self._is_first_of_all("click", key, MINUTE)

    def is_first_warning(self, asker: Asker) -> bool:
        """Return True if nobody was told within a day that the thread of *asker* is full; note it."""
        thread = (asker.channel, asker.thread)
        is_first = self._warned.add(thread, True)  # noqa: FBT003 - a value
        return is_first and self._is_first_of_all("full", thread, DAY)

    def _is_first_of_all(self, kind: str, key: tuple[str, ...], seconds: float) -> bool:
        """Return True if no other replica noted *key* within *seconds*."""
        if not self._store.shared.is_active:
            return True
        return self._store.claim("\0".join((kind, self._team, *key)), seconds=seconds)

    def is_first_answer(self, message: Message) -> bool:
        """Return True if *message* was not answered within a day, by any process; note it.

        Slack reports a mention again when the message is edited. A resumed request gets True again: a
        process may have ended between the handler and the post.
        """
        key, holder = f"answered:{message.channel}:{message.ts}", "".join(message.keys[-1:])
        is_new = self.is_first_time(message.channel, message.ts) or message.resumed
        return is_new and self._store.claim(key, seconds=DAY, holder=holder)

    def is_first_time(self, *key: str) -> bool:
        """Return True if *key* is new within a day; note it."""
        return self._today.add(key, True)  # noqa: FBT003 - a value
