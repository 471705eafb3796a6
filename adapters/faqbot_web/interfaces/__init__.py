"""Compatible interfaces, each a module with a function `register`.

An interface adds its routes to the app, and the rules of their access to its list. It is loaded if the
settings switch it on, and its library is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from faqbot import Capabilities

if TYPE_CHECKING:
    from fastapi import FastAPI

    from faqbot_web.guard import AccessRule
    from faqbot_web.settings import WebSettings

# Module of each interface, with the library that it needs beside those of the extra "web".
_INTERFACES: dict[str, tuple[str, str]] = {
    "openai": ("faqbot_web.interfaces.openai", "mdformat"),
    "rasa": ("faqbot_web.interfaces.rasa_rest", "mdformat"),
    "azure": ("faqbot_web.interfaces.azure", "mdformat"),
    "mcp": ("faqbot_web.interfaces.mcp", "mcp"),
}

# Capabilities of each interface, for the reference and the conformance tests. A chat client gets
# Markdown; a stateless interface remembers nothing.
CAPABILITIES: dict[str, Capabilities] = {
    "openai": Capabilities(persons=True, threads=True, rendering=False),
    "rasa": Capabilities(persons=True, buttons=True, rendering=False),
    "azure": Capabilities(conversations=False, persons=True, rendering=False),
    "mcp": Capabilities(conversations=False, persons=True, rendering=False),
    "web chat": Capabilities(
        persons=True, threads=True, buttons=True, feedback=True, redelivery=True
    ),
}

Register = Callable[["FastAPI", "list[AccessRule]"], None]


def register_interfaces(
    app: FastAPI, settings: WebSettings, rules: list[AccessRule]
) -> tuple[str, ...]:
    """Register the interfaces that *settings* switch on; return their names.

    An interface finds the service as `app.state.service`.
    """
    opened = []
    for name, (module, library) in _INTERFACES.items():
        if getattr(settings.doors, name) and (not library or find_spec(library)):
            cast("Register", import_module(module).register)(app, rules)
            opened.append(name)
    return tuple(opened)
