"""Sphinx configuration of the documentation site: `sphinx-build -W docs docs/_build`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from faqbot import __version__

project = "faqbot"
copyright = "the faqbot authors"  # noqa: A001 - the name that Sphinx reads
author = "the faqbot authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click", "generated_reference"]
exclude_patterns = ["_build", "_ext"]
myst_enable_extensions = ["colon_fence", "deflist"]
# Headings of these levels get an anchor, so that `page.md#heading` is checked.
myst_heading_anchors = 3

# In docstrings, `name` is code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_use_type_comments = False
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "faqbot"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
