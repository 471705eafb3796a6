"""Whether the bot is alive and can be reached from Slack, for whoever watches over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.routing import Route

__all__ = ["Health", "health_routes"]


@dataclass(slots=True)
class Health:
    """*ready* says that questions asked now would be answered; *why_not* is why they would not."""

    ready: bool = False
    why_not: str = "starting"
    on_change: Callable[[bool], None] | None = None

    def is_up(self) -> None:
        """Note that questions are answered from now on."""
        self._set(ready=True, why_not="")

    def is_down(self, why_not: str) -> None:
        """Note that questions are not answered now, and *why_not* in a few words."""
        self._set(ready=False, why_not=why_not)

    def _set(self, *, ready: bool, why_not: str) -> None:
        changed, self.ready, self.why_not = ready != self.ready, ready, why_not
        if changed and self.on_change is not None:
            self.on_change(ready)


def health_routes(health: Health) -> list[Route]:
    """Return `/healthz`, 200 while the process lives, and `/readyz`, 503 while it is not ready."""
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def healthz(_: object) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def readyz(_: object) -> PlainTextResponse:
        if health.ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse(f"not ready: {health.why_not}\n", status_code=503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
