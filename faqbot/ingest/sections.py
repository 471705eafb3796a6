"""Blocks under their headings: the tree of a document's sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from faqbot.ingest.blocks import Block, Kind
from faqbot.ingest.question_forms import is_question, names_faq

__all__ = ["Section", "Shape", "sections_of"]

_MOSTLY = 0.5
_OFTEN = 0.3
_ENOUGH = 2


@dataclass(slots=True)
class Section:
    """A heading (None for the document itself), the *body* right below it, and its sections."""

    heading: Block | None = None
    body: list[Block] = field(default_factory=list)
    children: list[Section] = field(default_factory=list)
    asks: bool = field(init=False)
    """Whether the heading is a question."""

    def __post_init__(self) -> None:
        """Look at the heading once, as the rules ask often."""
        self.asks = self.heading is not None and is_question(self.heading.text)

    @property
    def title(self) -> str:
        """The words of the heading."""
        return self.heading.text if self.heading else ""

    def walk(self) -> Iterator[Section]:
        """Yield this section and all below it, in the order of the document."""
        stack = [self]
        while stack:
            section = stack.pop()
            yield section
            stack.extend(reversed(section.children))

    def has_question(self) -> bool:
        """Tell whether a heading below this one is a question."""
        return any(section.asks for child in self.children for section in child.walk())

    def all_blocks(self) -> Iterator[Block]:
        """Yield everything below the heading, further headings too."""
        for section in self.walk():
            if section is not self and section.heading:
                yield section.heading
            yield from section.body


def sections_of(blocks: Iterable[Block]) -> Section:
    """Return the document of *blocks* as a section without a heading."""
    root = Section()
    open_sections = [root]
    for block in blocks:
        if block.kind is not Kind.HEADING:
            open_sections[-1].body.append(block)
            continue
        while len(open_sections) > 1 and _level(open_sections[-1]) >= block.level:
            open_sections.pop()
        section = Section(block)
        open_sections[-1].children.append(section)
        open_sections.append(section)
    return root


def _level(section: Section) -> int:
    return section.heading.level if section.heading else 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of document it is: whether it *is_faq*, and how many headings of each level ask."""

    is_faq: bool
    asking: dict[int, float]

    @classmethod
    def of(cls, root: Section, titles: Sequence[str]) -> Shape:
        """Return the shape of a document that goes by *titles*: its file's name, its title."""
        leaves = [each for each in root.walk() if each.heading and not each.children]
        asking = sum(each.asks for each in leaves)
        faq = any(map(names_faq, titles)) or (asking >= _ENOUGH and asking > _MOSTLY * len(leaves))
        return cls(faq, _shares(root))

    def often_asks(self, level: int) -> bool:
        """Tell whether at least three in ten headings of *level* are questions."""
        return self.asking.get(level, 0) >= _OFTEN

    def mostly_asks(self, level: int) -> bool:
        """Tell whether more than half of the headings of *level* are questions."""
        return self.asking.get(level, 0) > _MOSTLY


def _shares(root: Section) -> dict[int, float]:
    all_, asking = Counter[int](), Counter[int]()
    for section in root.walk():
        if section.heading:
            all_[section.heading.level] += 1
            asking[section.heading.level] += section.asks
    return {level: asking[level] / count for level, count in all_.items()}
