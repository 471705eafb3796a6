"""Published knowledge bases: versions in an SQL database, which replicas read and follow.

`uploading` checks, tests and writes a version. `downloading` reads the current one into the cache.
`following` hears of new versions. `versions` has the database of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.lazy import lazy_face

if TYPE_CHECKING:
    from faqbot.publishing.address import KnowledgeBasePlace, PublishedAddress
    from faqbot.publishing.downloading import open_published, open_version, published_folder
    from faqbot.publishing.following import changed_tenants
    from faqbot.publishing.uploading import list_versions, publish_knowledge_base, roll_back
    from faqbot.publishing.version_models import Publication, PublishedVersion
    from faqbot.publishing.versions import PublishedBases

_HOMES = {
    "address": ("KnowledgeBasePlace", "PublishedAddress"),
    "downloading": ("open_published", "open_version", "published_folder"),
    "following": ("changed_tenants",),
    "uploading": ("list_versions", "publish_knowledge_base", "roll_back"),
    "version_models": ("Publication", "PublishedVersion"),
    "versions": ("PublishedBases",),
}

__all__ = [
    "KnowledgeBasePlace",
    "Publication",
    "PublishedAddress",
    "PublishedBases",
    "PublishedVersion",
    "changed_tenants",
    "list_versions",
    "open_published",
    "open_version",
    "publish_knowledge_base",
    "published_folder",
    "roll_back",
]

__getattr__, __dir__ = lazy_face(globals(), _HOMES)
