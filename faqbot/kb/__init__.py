"""Knowledge bases: YAML files as models, and models as YAML.

`parsing` turns YAML into plain data with line numbers. `loading` turns that data into models, by
the table in `fields` and the rules in `validators`. `model_checks` has the rules for models made in
Python. `writer` writes models as YAML. `edits` changes a hand-written file and keeps its layout.
Authors get completion and hover help in their editor from a first line that names
`kb.schema.json`::

    # yaml-language-server: $schema=<the path that faqbot.kb.schema_path() gives, or a copy>
"""

from __future__ import annotations

from faqbot.kb.faults import FaultList, TooManyFaults
from faqbot.kb.loading import bundled_path, load_knowledge_base, schema_path, shipped_manners
from faqbot.kb.model_checks import check_models
from faqbot.kb.parsing import Node, YamlList, YamlMapping, stream_nodes

__all__ = [
    "FaultList",
    "Node",
    "TooManyFaults",
    "YamlList",
    "YamlMapping",
    "bundled_path",
    "check_models",
    "load_knowledge_base",
    "schema_path",
    "shipped_manners",
    "stream_nodes",
]
