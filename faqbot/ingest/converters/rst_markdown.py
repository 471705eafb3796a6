"""Markdown of docutils nodes: lists, quotations, inline text, other bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docutils import nodes

from faqbot.ingest.blocks import Block, BlockLocation, Kind
from faqbot.ingest.markdown_text import (
    escaped,
    escaped_lines,
    fenced,
    indented,
    link,
    one_line,
    quoted,
    spanned,
)

SILENT = (
    nodes.comment,
    nodes.system_message,
    nodes.target,
    nodes.substitution_definition,
    nodes.raw,
    nodes.pending,
    nodes.docinfo,
    nodes.decoration,
    nodes.meta,
    nodes.transition,
    nodes.title,
)
"""Nodes without text for readers."""
_ADMONITIONS = (nodes.Admonition, nodes.admonition, nodes.topic, nodes.sidebar)


def place_of(*near: nodes.Node) -> BlockLocation:
    """Return the first line number that docutils has near *near* nodes.

    Of a title it is the line of the underline.
    """
    for node in near:
        if node.line:
            return BlockLocation(max(node.line - isinstance(node, nodes.title), 1))
    found = next((each.line for node in near for each in node.findall() if each.line), None)
    return BlockLocation(found or 0)


def items_of(node: nodes.Element, level: int) -> Iterator[Block]:
    """Yield a list's items at *level*, 1 for the outermost."""
    loose = any(len(item.children) > 1 for item in node.children if isinstance(item, nodes.Element))
    start = int(node.get("start", 1))
    for at, item in enumerate(node.children):
        mark = f"{start + at}. " if isinstance(node, nodes.enumerated_list) else "- "
        if isinstance(item, nodes.Element):
            text = mark + indented(inside(item), len(mark))
            yield Block(
                Kind.ITEM, text.rstrip(), level, tight=at > 0 and not loose, place=place_of(item)
            )


def _quotation(node: nodes.Element) -> str:
    """Return a quotation; only an indented list is no quotation."""
    lists = nodes.bullet_list | nodes.enumerated_list | nodes.definition_list
    text = inside(node)
    return text if all(isinstance(each, lists) for each in node.children) else quoted(text)


def inside(node: nodes.Element) -> str:
    """Return *node*'s content as Markdown, blank lines between blocks."""
    texts = (
        _list(child)
        if isinstance(child, nodes.bullet_list | nodes.enumerated_list)
        else markdown_of(child)
        for child in node.children
        if isinstance(child, nodes.Element) and not isinstance(child, SILENT)
    )
    return "\n\n".join(filter(None, texts))


def _list(node: nodes.Element) -> str:
    return "\n".join(block.text for block in items_of(node, 1))


def markdown_of(node: nodes.Element) -> str:
    """Return one body element as Markdown."""
    for kinds, written in _BODIES:
        if isinstance(node, kinds):
            return written(node)
    return inside(node)


def _lines(node: nodes.Element) -> str:
    lines = (inline(each) for each in node.findall(nodes.line))
    return "\\\n".join(line for line in lines if line)


def _footnote(node: nodes.Element) -> str:
    label = node.next_node(nodes.label)
    name = f"[{label.astext()}]" if label is not None else ""
    return f"{escaped(name)} {inside(without_label(node))}".strip()


def without_label(node: nodes.Element) -> nodes.Element:
    """Return the content of a footnote without its number."""
    rest = nodes.container()
    rest.children = [child for child in node.children if not isinstance(child, nodes.label)]
    return rest


def _admonition(node: nodes.Element) -> str:
    title = next((each for each in node.children if isinstance(each, nodes.title)), None)
    name = one_line(title.astext()) if title is not None else node.tagname.capitalize()
    text = inside(node)
    stop = "" if name[-1:] in "?!.:" else ":"
    return f"**{name}{stop}** {text}" if text else f"**{name}**"


def code_of(node: nodes.Element) -> str:
    """Return a literal block as fenced code, with language if named."""
    language = [name for name in node["classes"] if name != "code"]
    return fenced(node.astext(), language[0] if language else "")


def _image(node: nodes.Element) -> str:
    words = one_line(str(node.get("alt", ""))) or "Image"
    return link(escaped(words), str(node.get("uri", "")))


def inline(node: nodes.Node) -> str:
    """Return the text of *node* as Markdown on one line."""
    return one_line("".join(map(_run, node.children)))


def _run(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return escaped(node.astext())
    if isinstance(node, nodes.literal | nodes.math):
        return spanned(node.astext())
    if isinstance(node, nodes.image):
        return _image(node)
    if isinstance(node, nodes.footnote_reference | nodes.citation_reference):
        text = str(node.get("text", ""))
        bare = text if ". " in text else text.removesuffix(".")
        return f" ({bare})" if text else escaped(f"[{node.astext()}]")
    if isinstance(node, nodes.raw | nodes.system_message | nodes.target) and not node.children[:1]:
        return ""
    return _WRITTEN.get(type(node), _plain)(node)


def _plain(node: nodes.Node) -> str:
    return "".join(map(_run, node.children))


def _reference(node: nodes.Node) -> str:
    address = str(node["refuri"]) if "refuri" in node else ""  # type: ignore[index,operator]  # an Element
    inner = _plain(node)
    return link(inner, address) if ":" in address else inner


def _marked(mark: str) -> Callable[[nodes.Node], str]:
    def written(node: nodes.Node) -> str:
        inner = _plain(node)
        return f"{mark}{inner}{mark}" if inner.strip() == inner and inner else inner

    return written


_WRITTEN: dict[type[nodes.Node], Callable[[nodes.Node], str]] = {
    nodes.emphasis: _marked("*"),
    nodes.strong: _marked("**"),
    nodes.reference: _reference,
    nodes.title_reference: _plain,
}
_BODIES: tuple[tuple[tuple[type, ...], Callable[[nodes.Element], str]], ...] = (
    ((nodes.literal_block, nodes.doctest_block, nodes.math_block), code_of),
    ((nodes.block_quote,), _quotation),
    ((nodes.line_block,), _lines),
    ((nodes.rubric,), lambda node: f"**{one_line(node.astext())}**"),
    ((nodes.image,), _image),
    ((nodes.footnote, nodes.citation), _footnote),
    (_ADMONITIONS, _admonition),
    ((nodes.TextElement,), lambda node: escaped_lines(inline(node))),
    ((nodes.bullet_list, nodes.enumerated_list), _list),
)
