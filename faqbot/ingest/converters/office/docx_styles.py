"""Visibility of text in a Word document: hidden, white and struck, by run or style.

Hidden and struck are toggle properties (ECMA-376 part 1, 17.7.3): a run's own setting decides.
Without it, the styles of its paragraph and of its characters each invert the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from faqbot.ingest.converters.office.package import name_of

HIDDEN = ("vanish",)
STRUCK = ("strike", "dstrike")
_OFF = frozenset({"0", "false", "off", "none"})
# White, or so close to it that nobody reads it on paper.
_WHITE = re.compile(r"(?:[Ff][A-Fa-f0-9]){3}")
# Length of a chain of styles based on others; it ends circles. Chosen by hand.
_MOST_STYLES = 30


def child(element: ET.Element | None, name: str) -> ET.Element | None:
    """Return the first child of *element* with *name*, in any namespace."""
    return next((each for each in element if name_of(each) == name), None) if element is not None else None  # fmt: skip


def value_of(element: ET.Element | None) -> str:
    """Return the attribute "val" of *element*, empty without it."""
    if element is None:
        return ""
    return next((text for key, text in element.items() if key.rpartition("}")[2] == "val"), "")


def is_on(properties: ET.Element | None, names: tuple[str, ...]) -> bool | None:
    """Return True if a property of *names* is on; None if *properties* lack them."""
    found = [each for each in (child(properties, name) for name in names) if each is not None]
    return any(value_of(each).lower() not in _OFF for each in found) if found else None


def is_filled(properties: ET.Element | None) -> bool:
    """Return True if *properties* put a color behind their text."""
    marked = value_of(child(properties, "highlight")).lower()
    shading = child(properties, "shd")
    given = (
        {} if shading is None else {key.rpartition("}")[2]: text for key, text in shading.items()}
    )
    fill = given.get("fill", "").lower()
    return (
        marked not in {"", "none", "white"}
        or fill not in {"", "auto", "ffffff"}
        or "themeFill" in given
    )


@dataclass(slots=True)
class WordStyles:
    """Styles of a document by id, and the id of the default paragraph style."""

    elements: dict[str, ET.Element] = field(default_factory=dict)
    usual: str = ""
    defaults: ET.Element | None = None

    @classmethod
    def of(cls, root: ET.Element) -> WordStyles:
        """Return the styles in the part with the element *root*."""
        made = cls()
        for element in root.iter():
            given = {key.rpartition("}")[2]: text for key, text in element.items()}
            if name_of(element) == "style":
                made.elements[given.get("styleId", "")] = element
                if given.get("type") == "paragraph" and given.get("default") in {"1", "true", "on"}:
                    made.usual = given.get("styleId", "")
            elif name_of(element) == "rPrDefault":
                made.defaults = child(element, "rPr")
        return made

    def has(self, run: ET.Element, paragraph: ET.Element | None, names: tuple[str, ...]) -> bool:
        """Return True if the property *names* is on for *run* in *paragraph*."""
        own = child(run, "rPr")
        direct = is_on(own, names)
        if direct is not None:
            return direct
        of_paragraph = value_of(child(child(paragraph, "pPr"), "pStyle")) or self.usual
        of_characters = value_of(child(own, "rStyle"))
        return bool(is_on(self.defaults, names)) or (
            self._style_has(of_paragraph, names) != self._style_has(of_characters, names)
        )

    def is_white(self, run: ET.Element, paragraph: ET.Element | None) -> bool:
        """Return True if the letters of *run* in *paragraph* are white and nothing is behind them.

        The nearest setting decides: that of the run, of its style, of the paragraph's style.
        """
        own = child(run, "rPr")
        of_paragraph = value_of(child(child(paragraph, "pPr"), "pStyle")) or self.usual
        styles = (*self._chain(value_of(child(own, "rStyle"))), *self._chain(of_paragraph))
        properties = [own, *(child(style, "rPr") for style in styles), self.defaults]
        color = next(
            (each for each in (child(one, "color") for one in properties) if each is not None), None
        )
        if color is None or not _WHITE.fullmatch(value_of(color)):
            return False
        behind = [
            own,
            child(paragraph, "pPr"),
            *(child(style, "pPr") for style in styles),
            *properties,
        ]
        return not any(map(is_filled, behind))

    def _style_has(self, style: str, names: tuple[str, ...]) -> bool:
        found = (is_on(child(each, "rPr"), names) for each in self._chain(style))
        return bool(next((each for each in found if each is not None), False))

    def _chain(self, style: str) -> Iterator[ET.Element]:
        """Yield a style and the styles it is based on."""
        for _ in range(_MOST_STYLES):
            element = self.elements.get(style)
            if element is None:
                return
            yield element
            style = value_of(child(element, "basedOn"))
