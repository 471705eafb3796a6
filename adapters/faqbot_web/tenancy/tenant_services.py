"""Services of tenants: each with its own bot, conversations and records."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from faqbot import FaqbotError, TenantError
from faqbot_web.guard import path_in_app
from faqbot_web.problems import Problem
from faqbot_web.web_service import ServiceMemory, WebService

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from faqbot import Bot, Tenants

# Threads that wait for knowledge bases to be opened. An idle one costs little. Chosen by hand: one that
# builds an index takes seconds, and others open beside it.
OPENING_THREADS = 32
# Seconds that a request waits for a knowledge base, before it is told to try again. Chosen by hand.
OPENING_SECONDS = 10.0
# Things that all tenants together make the process remember, such as conversations, a few kilobytes each.
# Chosen by hand: as many as one service without tenants.
MAX_REMEMBERED = 40_000
# Tenants that are remembered at all, about a kilobyte each without callers. Chosen by hand.
MAX_TENANTS = 50_000
# Things that the largest tenant forgets at once, beyond that. Chosen by hand.
FORGOTTEN_AT_ONCE = 100
# Requests between two counts of these things, which look at each tenant.
REQUESTS_PER_COUNT = 100
# Path of a tenant, before that of the route.
_TENANT_PATH = re.compile(r"/t/([^/]+)(?=/)")


class TenantPaths:
    """Middleware that takes the tenant from a path such as ``/t/acme/v1/ask``.

    It stands under "tenant" in the state of the request; routes see the rest of the path.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Pass requests on to *app*."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and (found := _TENANT_PATH.match(path_in_app(scope))):
            root = f"{scope.get('root_path', '')}{found[0]}"
            state = {**scope.get("state", {}), "tenant": found[1]}
            path = str(scope["path"])
            whole = path if path.startswith(f"{root}/") else f"{scope.get('root_path', '')}{path}"
            scope = {**scope, "root_path": root, "path": whole, "state": state}
        await self._app(scope, receive, send)


class TenantServices:
    """Services by tenant. Not thread-safe: the event loop is its only user."""

    def __init__(
        self, tenants: Tenants, make: Callable[[Bot, ServiceMemory, str], WebService]
    ) -> None:
        """Serve the bots of *tenants* with services that *make* makes."""
        self.tenants = tenants
        self._make = make
        self._memories: OrderedDict[str, ServiceMemory] = OrderedDict()
        self._opening: dict[str, asyncio.Future[Bot]] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._requests = 0

    @property
    def remembered(self) -> int:
        """The number of conversations and other things in memory, of all tenants."""
        return sum(map(len, self._memories.values()))

    async def service(self, tenant: str) -> WebService:
        """Return the service of *tenant*, whose knowledge base is opened now if it is not open.

        Raises Problem: 404 for an unknown tenant, 503 if its knowledge base cannot be used.
        """
        bot = self.tenants.get(tenant)
        if bot is None:
            bot = await self._open(tenant)
        self._bound_memories()
        memory = self._memories.get(tenant)
        if memory is None:
            memory = self._memories[tenant] = ServiceMemory()
        self._memories.move_to_end(tenant)
        return self._make(bot, memory, tenant)

    def close(self) -> None:
        """End the threads; a request starts them again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _open(self, tenant: str) -> Bot:
        try:
            return await asyncio.wait_for(asyncio.shield(self._begin(tenant)), OPENING_SECONDS)
        except TenantError:
            raise Problem(404, "There is no such tenant.") from None
        except TimeoutError:
            raise Problem(
                503,
                "The knowledge base of this tenant is being opened. Try again in some seconds.",
                headers={"Retry-After": "5"},
            ) from None
        except (FaqbotError, OSError, MemoryError):
            raise Problem(
                503,
                "The knowledge base of this tenant cannot be used now; its operator finds the reason in "
                "the log.",
                headers={"Retry-After": "60"},
            ) from None

    def _begin(self, tenant: str) -> asyncio.Future[Bot]:
        """Return the opening of *tenant* in progress; begin one without it."""
        found = self._opening.get(tenant)
        if found is None:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(OPENING_THREADS, "faqbot-opening")
            loop = asyncio.get_running_loop()
            found = loop.run_in_executor(self._pool, self.tenants.open, tenant)
            self._opening[tenant] = found
            found.add_done_callback(lambda done: self._end(tenant, done))
        return found

    def _end(self, tenant: str, done: asyncio.Future[Bot]) -> None:
        self._opening.pop(tenant, None)
        if not done.cancelled():
            done.exception()  # read here too, as every request may have given up

    def _bound_memories(self) -> None:
        """Let the largest tenant forget, if all together remember too much.

        A flood of one tenant so costs no conversation of another.
        """
        self._requests += 1
        if self._requests % REQUESTS_PER_COUNT:
            return
        excess = self.remembered - MAX_REMEMBERED
        while excess > 0:
            largest = max(self._memories.values(), key=len)
            largest.drop_oldest(min(excess, FORGOTTEN_AT_ONCE))
            excess = self.remembered - MAX_REMEMBERED
        while len(self._memories) > MAX_TENANTS:
            self._memories.popitem(last=False)
