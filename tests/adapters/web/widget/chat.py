"""Driver of the web chat in a browser: opens it, asks, and keeps what the page did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Request

# The strictest policy that the chat is promised to work under.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types faqbot"
)
# Keeps events of the chat, and reports of the content security policy, in lists of the window.
RECORDER = """
window.heard = [];
window.reports = [];
for (const name of ['open', 'close', 'ask', 'answer', 'feedback', 'error']) {
  addEventListener(`faqbot:${name}`, (event) => { heard[heard.length] = [name, event.detail]; });
}
addEventListener('securitypolicyviolation', (event) => {
  reports[reports.length] = `${event.violatedDirective} ${event.blockedURI} ${event.sample}`;
});
"""


def host_page(
    body: str = "<faqbot-chat></faqbot-chat>", *, script: str = "/widget.js", more: str = ""
) -> str:
    """Return the page of a site with *body*, the module at *script*, and *more* in its head."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Site</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{more}<script type="module" src="{script}"></script></head>'
        f'<body><main><h1>A site</h1><p>Text, and <a href="/elsewhere">a link</a>.</p></main>{body}</body></html>'
    )


@dataclass
class Chat:
    """A page with the chat, and what it did: *requests* to addresses, and *errors* of scripts."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def watch(cls, page: Page) -> Chat:
        """Return a chat that notes requests and errors of *page* from now on."""
        chat = cls(page)
        # Playwright marks the functions it calls, and a built-in method takes no mark.
        page.on("request", lambda request: chat.requests.append(request))  # noqa: PLW0108
        page.on("pageerror", lambda error: chat.errors.append(str(error)))
        return chat

    @property
    def context(self) -> BrowserContext:
        """The window's profile: windows of one profile share storage."""
        return self.page.context

    @property
    def input(self) -> Locator:
        """The field for questions."""
        return self.page.get_by_role("combobox")

    @property
    def log(self) -> Locator:
        """The transcript."""
        return self.page.get_by_role("log")

    @property
    def replies(self) -> Locator:
        """All replies of the transcript."""
        return self.page.locator(".reply")

    @property
    def launcher(self) -> Locator:
        """The button that opens the panel."""
        return self.page.get_by_role("button", name="Ask a question")

    @property
    def panel(self) -> Locator:
        """The panel, closed or open."""
        return self.page.locator("section.panel")

    def open(self) -> Chat:
        """Open the panel by its launcher."""
        self.launcher.click()
        self.input.wait_for()
        return self

    def ask(self, text: str) -> dict[str, Any]:
        """Ask *text*, and return the reply as the page hears of it."""
        self.input.fill(text)
        return self.replied(lambda: self.input.press("Enter"))

    def press(self, name: str) -> dict[str, Any]:
        """Press the button *name*, which leads to a reply, and return that."""
        return self.replied(lambda: self.button(name).click())

    def replied(self, act: Any) -> dict[str, Any]:  # noqa: ANN401  anything that can be called
        """Return the reply that follows *act*."""
        outcomes = "heard.filter(([name]) => name === 'answer' || name === 'error')"
        before = self.page.evaluate(f"{outcomes}.length")
        act()
        self.page.wait_for_function(f"count => {outcomes}.length > count", arg=before)
        name, detail = self.page.evaluate(f"{outcomes}.at(-1)")
        assert name == "answer", detail
        return detail

    def button(self, name: str) -> Locator:
        """Return the last button of exactly that name."""
        return self.page.get_by_role("button", name=name, exact=True).last

    def heard(self, name: str) -> list[Any]:
        """Return the details of all events *name* of this page."""
        return [detail for heard, detail in self.page.evaluate("heard") if heard == name]

    def sent(self, path: str) -> list[dict[str, Any]]:
        """Return the bodies of all requests to *path*."""
        return [
            each.post_data_json
            for each in self.requests
            if urlsplit(each.url).path == path and each.method == "POST"
        ]

    def faults(self, *origins: str) -> list[str]:
        """Return script errors, policy reports, and requests to other sites than *origins*."""
        foreign = [
            each.url for each in self.requests if not each.url.startswith((*origins, "data:"))
        ]
        return [*self.errors, *self.page.evaluate("window.reports"), *foreign]
