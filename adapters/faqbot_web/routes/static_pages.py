"""Pages and assets, each with the headers that its page needs."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

_SCRIPT, _STYLE, _HTML = "text/javascript", "text/css", "text/html"
# Policy of the API reference. Its library sets styles of elements, and draws images of its own.
_REFERENCE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class StaticPage:
    """A file at *path*: *file* in *package*, sent as *media_type* with more *headers*.

    A file with a *policy* is a page, and gets it as its content security policy.
    """

    path: str
    package: str
    file: str
    media_type: str
    policy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


# Every page and asset. The web chat has routes of its own (chat.py).
STATIC_PAGES: tuple[StaticPage, ...] = (
    StaticPage("/chat.css", "faqbot_web", "static/chat.css", _STYLE),
    StaticPage("/docs", "faqbot_web", "static/reference.html", _HTML, _REFERENCE_POLICY),
    StaticPage("/docs/reference.js", "faqbot_web", "static/reference.js", _SCRIPT),
    StaticPage("/docs/library.js", "fastapi_offline", "static/swagger-ui-bundle.js", _SCRIPT),
    StaticPage("/docs/library.css", "fastapi_offline", "static/swagger-ui.css", _STYLE),
)


def add_static_pages(app: FastAPI) -> None:
    """Add a route for each static page to *app*, outside its OpenAPI document."""
    for page in STATIC_PAGES:
        app.add_route(page.path, _endpoint(page), methods=["GET"], include_in_schema=False)


def _endpoint(page: StaticPage) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return static_response(page, request.headers)

    return endpoint


def static_response(page: StaticPage, request_headers: Mapping[str, str]) -> Response:
    """Return the file of *page*, or 304 if the client has it.

    It is compressed if *request_headers* allow it.
    """
    headers = {**page.headers}
    if page.policy:
        headers["Content-Security-Policy"] = page.policy
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    content = files(page.package).joinpath(page.file).read_bytes()
    return asset_response(content, page.media_type, request_headers, headers)


def asset_response(
    content: bytes, media_type: str, request_headers: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """Return *content* with an ETag and *headers*, as `static_response` does."""
    zipped = "gzip" in request_headers.get("accept-encoding", "")
    body, tag = _coded(content, zipped=zipped)
    sent = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", **headers}
    known = request_headers.get("if-none-match", "").split(",")
    if tag in {each.strip().removeprefix("W/") for each in known}:
        return Response(status_code=304, headers=sent)
    if zipped:
        sent["Content-Encoding"] = "gzip"
    return Response(body, headers=sent, media_type=media_type)


@cache
def _coded(content: bytes, *, zipped: bool) -> tuple[bytes, str]:
    """Return *content* as it is sent, and its ETag."""
    body = gzip.compress(content, mtime=0) if zipped else content
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
