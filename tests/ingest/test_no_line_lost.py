"""The rule of imports: a line is in an entry, in a draft, or named in the summary.

Documents are made of constructs of each format, with a word of its own in every place that holds text.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqbot.ingest.drafts import drafts_of
from faqbot.ingest.extraction.rules import find_candidates
from faqbot.ingest.formats import FORMATS
from faqbot.ingest.importing import Import
from faqbot.ingest.summary import summary_lines

# "@" stands for a word of its own. Parts are separated by blank lines.
_MARKDOWN = """\
# Title @
## Heading @
## Is @ a question?
#### Deep heading @
### Q: Is @ one?
**A:** Answer @ it is.
A paragraph @ of text\\nwith a second @ line.
**Is @ bold?**
**Is @ bold?** Yes @ it is.
**Label @**
Q: Is @ marked?\\nA: It @ is.
Is @ a line question?
- item @\\n- item @
- item @\\n\\n  with a paragraph @
1. step @\\n2. step @
- [ ] task @
- nested @\\n  - inner @
> quotation @\\n> > deep @
> [!NOTE]\\n> alert @
> [!tip] title @\\n> alert @
```\\ncode @\\n```
``` lang@\\ncode\\n```
    indented code @
| a @ | b @ |\\n|---|---|\\n| c @ | d @ |
| Question | Answer |\\n|---|---|\\n| Is @ it? | Yes @. |\\n| @ | |
| one @ |\\n|---|
:::danger title @\\ntext @\\n:::
:::note\\n\\ntext @\\n\\n:::
::: unknown@\\ntext @\\n:::
:::note title @\\n:::
::: details Is @ folded?\\ntext @\\n:::
:::{note} title @\\n:class: @\\ntext @\\n:::
```{warning} title @\\ntext @\\n```
```{figure} picture.png\\n:alt: @\\ncaption @\\n```
!!! note "title @"\\n    text @\\n\\n    more @
??? question "Is @ it?"\\n    text @
=== "tab @"\\n\\n    text @
{{< note >}}\\ntext @\\n\\nmore @\\n{{< /note >}}
{{% notice tip "title @" %}}\\ntext @\\n{{% /notice %}}
{{< figure src="a.png" caption="@" >}}
{{< unknown @ >}}
{% raw %}\\ntext @ {{ x }}\\n{% endraw %}
{% if @ %}\\ntext @\\n{% else %}\\nother @\\n{% endif %}
{% trans "text @" %}
{% comment %} text @ {% endcomment %}
{# text @ #}
{% include "@.md" %}
{% assign x = "@" %}
<!-- comment @ -->
<!-- comment @\\n\\nwith a blank line @ -->
text <!-- comment @ --> within
<details>\\n<summary>Is @ it?</summary>\\n\\ntext @\\n\\n</details>
<details><summary>Answer</summary>\\n\\n#### Heading @\\n\\ntext @\\n\\n</details>
<details><summary>Group @</summary>\\n\\ntext @\\n\\n<details><summary>Is @ in?</summary>\\n\\ntext @\\n\\n</details>\\n\\nafter @\\n\\n</details>
<details><summary>Empty @?</summary></details>
<details>text @</details>
<div>text @</div>
<p hidden>text @</p>
<h3>Heading @</h3>
<table><tr><td>@</td><td>@</td></tr></table>
<dl><dt>Is @ it?</dt><dd>Yes @</dd><dt>Without @</dt></dl>
<script>\\n// @\\n</script>
<span>inline @</span> text
<img src="@.png">
![alt @](@.png "title @")
[text @](https://e.x/a "title @")
text[^1] @\\n\\n[^1]: footnote @
[link@]: https://e.x/@
See [link@].
term @\\n: definition @
***
text @ $math$ `code @`
[TOC]
© 2020 @
Page 3
Read more
{: .class@ }
text @ {.class@}
<Tabs><Tab title="@">text @</Tab></Tabs>
Setext @\\n===
Setext @?\\n---
Related articles\\n\\n- article @
## Contents\\n\\n- [entry @](#a)
"""
_HTML = """\
<h1>Title @</h1>
<h2>Heading @</h2>
<h2>Is @ a question?</h2>
<h4>Deep @</h4>
<p>Paragraph @ of text</p>
<p><b>Is @ bold?</b></p>
<p><b>Is @ bold?</b> Yes @</p>
<p>Q: Is @ marked?<br>A: It @ is.</p>
<ul><li>item @<li>item @<p>para @</p><ul><li>deep @</ul></ul>
<ol><li>step @</ol>
<ul>text @ <p>lost @</p></ul>
<blockquote>quotation @</blockquote>
<pre>code @</pre>
<table><caption>caption @</caption><tr><th>a @<th>b @<tr><td>c @<td>d @</table>
<table><tr><th>Question<th>Answer<tr><td>Is @ it?<td>Yes @<tr><td>only @<td></table>
<table><tr><td><ul><li>laid out @</ul></table>
<table><tr><td>one @</table>
<table>text @<tr><td>a @<td>b @</table>
<dl><dt>Is @ it?<dd>Yes @<dt>Without @</dl>
<dl><dd>No term @</dl>
<dl>text @<dt>t @<dd>d @</dl>
<details><summary>Is @ it?</summary>Yes @</details>
<details><summary>Answer</summary><h5>Heading @</h5>text @</details>
<details><summary>Group @</summary>text @<details><summary>Is @ in?</summary>Yes @</details>after @</details>
<details><summary>Empty @?</summary></details>
<details>No summary @</details>
<!-- comment @ -->
<p>text <!-- comment @ --> within</p>
<p hidden>hidden @</p>
<p>text <span hidden>hidden @</span></p>
<p style="display:none">hidden @</p>
<nav><a href="/">navigation @</a></nav>
<header>header @</header>
<footer>footer @</footer>
<aside>aside @</aside>
<div class="sidebar">side @</div>
<div role="navigation">role @</div>
<button>Is @ a button?</button>
<button>Button @</button>
<label>Label @</label>
<dialog>dialog @</dialog>
<fieldset><legend>legend @</legend>text @</fieldset>
<form><select><option>option @</option></select><textarea>area @</textarea><input value="@"></form>
<noscript>noscript @</noscript>
<template>template @</template>
<iframe>frame @</iframe>
<object>object @</object>
<svg><text>svg @</text></svg>
<video>video @</video>
<canvas>canvas @</canvas>
<math><mi>@</mi></math>
<figure><img src="a.png" alt="alt @"><figcaption>caption @</figcaption></figure>
<img src="@.png">
<a href="https://e.x/@" title="title @">link @</a>
<a class="headerlink">¶</a>
<address>address @</address>
<center>center @</center>
<div itemscope itemtype="https://schema.org/Question"><h3 itemprop="name">Is @ it?</h3><div itemprop="acceptedAnswer"><p itemprop="text">Yes @</p></div><p>rest @</p></div>
<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Is @ it?", "acceptedAnswer": {"text": "Yes @"}}]}</script>
<script type="application/ld+json">{"@type": "Question", "name": "Alone @?"}</script>
{% trans "text @" %}
{# comment @ #}
<p>{% if @ %}text @{% endif %}</p>
<ruby>base @<rt>ruby @</rt></ruby>
<abbr title="long @">short @</abbr>
<li>loose @</li>
<summary>loose @</summary>
<p>© 2020 @</p>
<p>Related articles</p><ul><li>article @</ul>
<h3>Related articles</h3><p>article @</p>
text @ in no element
<del>struck @</del>
<custom-element>custom @</custom-element>
<map><area alt="@"></map>
<datalist><option>list @</option></datalist>
<progress>progress @</progress>
"""
_RST = """\
Heading @\\n=========
Is @ a question?\\n================
Deep @\\n~~~~~~
Paragraph @ of text
**Is @ bold?**
**Is @ bold?** Yes @
- item @\\n- item @\\n\\n  para @
1. step @
#. auto @
term @\\n  definition @
Is @ it?\\n  definition @
:field @: value @
:Author: name @
-o @  option @
| line @\\n| block @
    quotation @\\n\\n    -- author @
::\\n\\n    code @
Text::\\n\\n    code @
>>> doctest @
.. code-block:: python\\n   :caption: @\\n\\n   code @
.. note:: text @
.. note::\\n   :class: @\\n\\n   text @\\n\\n   more @
.. admonition:: title @\\n\\n   text @
.. topic:: title @\\n\\n   text @
.. sidebar:: title @\\n   :subtitle: @\\n\\n   text @
.. rubric:: rubric @
.. figure:: a.png\\n   :alt: alt @\\n\\n   caption @\\n\\n   legend @
.. image:: @.png
.. table:: title @\\n\\n   == ==\\n   @  @\\n   == ==
.. list-table:: title @\\n   :header-rows: 1\\n\\n   * - a @\\n     - b @\\n   * - c @\\n     - d @
.. csv-table:: title @\\n   :header: a @, b @\\n\\n   c @, d @
+-----------+-----------+\\n| cell @    | cell @    |\\n+-----------+-----------+
.. versionadded:: 1.0 text @
.. deprecated:: 1.0\\n   text @
.. seealso:: text @
.. todo:: text @
.. dropdown:: Is @ it?\\n\\n   text @
.. unknown:: argument @\\n   :option: @\\n\\n   text @
.. raw:: html\\n\\n   <p>@</p>
.. include:: @.rst
.. literalinclude:: @.py
.. contents:: @
.. toctree::\\n   :caption: @\\n\\n   page@
.. index:: @
.. highlight:: @
.. meta::\\n   :description: @
.. centered:: text @
.. only:: html\\n\\n   text @
.. container:: class@\\n\\n   text @
.. class:: @
.. role:: role@
.. header:: text @
.. footer:: text @
.. date::
.. comment @
..\\n   comment @\\n\\n   more @
.. [1] footnote @
.. [CIT@] citation @
.. _target@: https://e.x/@
.. _label@:
.. |sub@| replace:: text @
`link @ <https://e.x/>`_
:ref:`text @ <label>` and :doc:`page@` and :func:`~a.func@`
text [#]_ @\\n\\n.. [#] auto @
*emphasis @* and ``code @``
text |undefined@|
Malformed @\\n==
.. math:: x @
.. parsed-literal::\\n\\n   text @
.. graphviz::\\n\\n   digraph @
.. math::\\n\\n   a @
.. epigraph::\\n\\n   text @
.. glossary::\\n\\n   term @\\n      definition @
.. function:: f@(x)\\n\\n   text @
.. tabs::\\n\\n   .. tab:: title @\\n\\n      text @
"""
_ASCIIDOC = """\
== Heading @
== Is @ a question?
==== Deep @
Paragraph @ of text\\nsecond @ line
*Is @ bold?*
* item @\\n** deep @
. step @\\n+\\ncontinued @
Is @ it?:: Yes @
Is @ it?::\\n  Yes @
term @:: definition @
[qanda]\\nIs @ it?:: Yes @\\nother @:: no @
----\\ncode @\\n----
[source,ruby]\\n.Title @\\n----\\ncode @\\n----
....\\nliteral @\\n....
++++\\n<p>pass @</p>\\n++++
////\\ncomment @\\n////
// comment @
====\\nexample @\\n====
****\\nsidebar @\\n****
____\\nquote @\\n____
[quote, author @]\\nquote @
--\\nopen @\\n--
NOTE: text @
[NOTE]\\n====\\ntext @\\n====
.Block title @\\nText @
|===\\n|a @ |b @\\n\\n|c @ |d @\\n|===
[cols="1,1"]\\n|===\\n|a @\\n|b @\\n|===
image::a.png[alt @, 100]
image::@.png[]
include::@.adoc[]
:attribute@: value @
ifdef::flag@[]\\ntext @\\nendif::[]
ifdef::flag[text @]
[[anchor@]]
[#id@]
[.role@]
<<ref@,text @>>
link:a.html[text @] https://e.x[text @]
footnote:[text @]
kbd:[@] btn:[@] menu:File[@]
text (((index @)))
  indented @
<1> callout @
'''
toc::[]
video::@.mp4[]
[%collapsible]\\n.Is @ it?\\n====\\nYes @\\n====
pass:[@]
stem:[@]
{attribute@}
[abstract]\\ntext @
"""
_TEXT = """\
Heading @\\n=========
1. Is @ a question?
1.2 Heading @
HEADING @
Is @ it?
Q: Is @ it?\\nA: Yes @.
Paragraph @ of text that goes on for long enough to be wrapped\\nand has a second @ line.
- item @\\n- item @
* item @\\n  continued @
    code @ = {}
| a @ | b @ |\\n| c @ | d @ |
Question: Is @ it?
[1] footnote @
-- \\nsignature @
> quoted @
Contents\\n\\n1. Is @ a question?
© 2020 @
Read more
title @\\nYou may want to see also
Page 3 of 4
http://e.x/@
a) choice @
---- @ ----
Term @:\\n    definition @
\\t@
Last updated: @
"""
_CSV = """\
Is @ it?,Yes @
@,
,@
Is @ it?,Yes,@
"Is @\\nit?","Yes\\n@"
"""
_FORMATS = {
    "markdown": ("doc.md", _MARKDOWN, "---\ntitle: @\nother: @\n---\n\n"),
    "html": ("doc.html", _HTML, "<html><head><title>@</title><meta name=x></head><body>"),
    "rst": ("doc.rst", _RST, ":orphan: @\n\n"),
    "asciidoc": ("doc.adoc", _ASCIIDOC, "= Title @\nAuthor @\n:toc: @\n\n"),
    "text": ("doc.txt", _TEXT, ""),
}
_WORD = re.compile(r"zq\d+")


def _document(parts: list[str]) -> bytes:
    text = "\n\n".join(part.replace("\\n", "\n").replace("\\t", "\t") for part in parts)
    numbers = iter(range(10_000))
    # The "@" of JSON-LD and of code stays: one that a letter or quotation mark follows.
    return re.sub(r'@(?!type")', lambda _: f"zq{next(numbers):04d}", text).encode()


def _lost(name: str, data: bytes, file: str) -> list[str]:
    """Return the words of *data* that are in no entry, no draft and not in the summary."""
    found = find_candidates(FORMATS[name].read(data, file), file)
    drafts = drafts_of([found])
    told = [found.title, *summary_lines(Import([found]), drafts, verbose=True)]
    for each in drafts.drafts:
        entry = each.entry
        told += [*entry.phrasings, entry.answer, entry.section, entry.source, entry.url]
    shown = set(_WORD.findall(" ".join(told).lower()))
    return [word for word in _WORD.findall(data.decode()) if word not in shown]


@pytest.mark.parametrize(
    ("name", "part"),
    [(name, part) for name, (_, parts, front) in _FORMATS.items() for part in (*parts.splitlines(), front)],
)  # fmt: skip
def test_each_construct_is_accounted_for(name: str, part: str) -> None:
    """Alone in a document, the words of each construct are in an entry, a draft or the summary."""
    assert _lost(name, _document([part]), _FORMATS[name][0]) == []


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_line_is_lost(data: st.DataObject) -> None:
    """Whatever constructs stand side by side, each word is in an entry, a draft or the summary."""
    name = data.draw(st.sampled_from(sorted(_FORMATS)))
    file, parts, front = _FORMATS[name]
    chosen = data.draw(st.lists(st.sampled_from(parts.splitlines()), min_size=2, max_size=7))
    first = data.draw(st.sampled_from([[], [front]]))

    assert _lost(name, _document([*first, *chosen]), file) == []
