"""A conversational FAQ chatbot: fuzzy retrieval over a YAML knowledge base, with no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faqbot.__version__ import __version__
from faqbot.lazy import load_name

if TYPE_CHECKING:
    from faqbot.adapters import (
        Adapter,
        Capabilities,
        adapter_names,
        load_adapter,
        parse_settings,
        user_name,
    )
    from faqbot.authoring.checks import CheckReport, check_knowledge_base
    from faqbot.authoring.evaluation.runner import EvaluationRun, run_tests
    from faqbot.authoring.insights.report_html import render_report
    from faqbot.authoring.insights.teaching import TeachingResult, teach
    from faqbot.authoring.insights.usage_report import UsageReport, make_report
    from faqbot.bot import Bot, Explanation
    from faqbot.bounded_http import (
        BodyRefused,
        BoundedProtocol,
        RequestBodies,
        accept_backlog,
        open_listening_socket,
        raise_open_files,
    )
    from faqbot.bounded_http.client_networks import network_of, proxy_network
    from faqbot.database_urls import is_address
    from faqbot.dialogue.conversation import Conversation, Conversations
    from faqbot.errors import (
        AdapterError,
        AdapterFailed,
        AdapterNotFound,
        AdapterSettingsError,
        ConversationError,
        EditError,
        EncoderError,
        FailedTests,
        FaqbotError,
        Fault,
        IngestError,
        InvalidEntry,
        InvalidQuestion,
        InvalidYaml,
        KnowledgeBaseError,
        KnowledgeBaseNotFound,
        MissingDependency,
        PublishError,
        StoreError,
        TenantError,
        UnreadableDocument,
        UnsupportedDocument,
    )
    from faqbot.exporting import Export, export_knowledge_base
    from faqbot.fair_turns import FairThreads, FairTurns
    from faqbot.files import write_atomic
    from faqbot.ingest.kb_import import ImportResult, import_documents
    from faqbot.kb import bundled_path, load_knowledge_base
    from faqbot.models import (
        Answer,
        AnswerData,
        AnswerRecord,
        AskedQuestion,
        Caution,
        Entry,
        KnowledgeBase,
        KnowledgeBaseTest,
        Match,
        MatchData,
        Outcome,
        Question,
        Reason,
        Source,
        Suggestion,
    )
    from faqbot.publishing import (
        Publication,
        PublishedAddress,
        PublishedVersion,
        list_versions,
        open_published,
        publish_knowledge_base,
        roll_back,
    )
    from faqbot.reload import Reload, Reloader
    from faqbot.rendering import markdown_to_html
    from faqbot.retrieval import Encoder, Thresholds
    from faqbot.serving import listening_options, run_adapter, run_for_tenants, serving_options
    from faqbot.shared_conversations import SharedConversations
    from faqbot.store import AcceptedRequest, RequestQueue, Store, open_store
    from faqbot.store.sealed_texts import SealedTexts
    from faqbot.store.shared_counts import SharedCount, SharedCounts
    from faqbot.store.shared_state import SharedState
    from faqbot.store.upgrading import StoreSchema, read_schema, upgrade_schema
    from faqbot.tenancy import Tenants, open_tenants
    from faqbot.tenant_ids import check_tenant

# A public name is imported from its module when it is first used, so that `import faqbot` and
# `faqbot --help` load neither numpy nor rapidfuzz nor yaml.
_HOMES = {
    "adapters": (
        "Adapter",
        "Capabilities",
        "adapter_names",
        "load_adapter",
        "parse_settings",
        "user_name",
    ),
    "authoring.checks": ("CheckReport", "check_knowledge_base"),
    "authoring.evaluation.runner": ("EvaluationRun", "run_tests"),
    "authoring.insights.report_html": ("render_report",),
    "authoring.insights.teaching": ("TeachingResult", "teach"),
    "authoring.insights.usage_report": ("UsageReport", "make_report"),
    "bot": ("Bot", "Explanation"),
    "bounded_http": (
        "BodyRefused",
        "BoundedProtocol",
        "RequestBodies",
        "accept_backlog",
        "open_listening_socket",
        "raise_open_files",
    ),
    "bounded_http.client_networks": ("network_of", "proxy_network"),
    "database_urls": ("is_address",),
    "dialogue.conversation": ("Conversation", "Conversations"),
    "errors": (
        "AdapterError",
        "AdapterFailed",
        "AdapterNotFound",
        "AdapterSettingsError",
        "ConversationError",
        "EditError",
        "EncoderError",
        "FailedTests",
        "FaqbotError",
        "Fault",
        "IngestError",
        "InvalidEntry",
        "InvalidQuestion",
        "InvalidYaml",
        "KnowledgeBaseError",
        "KnowledgeBaseNotFound",
        "MissingDependency",
        "PublishError",
        "StoreError",
        "TenantError",
        "UnreadableDocument",
        "UnsupportedDocument",
    ),
    "exporting": ("Export", "export_knowledge_base"),
    "fair_turns": ("FairThreads", "FairTurns"),
    "files": ("write_atomic",),
    "ingest.kb_import": ("ImportResult", "import_documents"),
    "kb": ("bundled_path", "load_knowledge_base"),
    "models": (
        "Answer",
        "AnswerData",
        "AnswerRecord",
        "AskedQuestion",
        "Caution",
        "Entry",
        "KnowledgeBase",
        "KnowledgeBaseTest",
        "Match",
        "MatchData",
        "Outcome",
        "Question",
        "Reason",
        "Source",
        "Suggestion",
    ),
    "publishing": (
        "Publication",
        "PublishedAddress",
        "PublishedVersion",
        "list_versions",
        "open_published",
        "publish_knowledge_base",
        "roll_back",
    ),
    "reload": ("Reload", "Reloader"),
    "rendering": ("markdown_to_html",),
    "retrieval": ("Encoder", "Thresholds"),
    "serving": ("listening_options", "run_adapter", "run_for_tenants", "serving_options"),
    "shared_conversations": ("SharedConversations",),
    "store": ("AcceptedRequest", "RequestQueue", "Store", "open_store"),
    "store.sealed_texts": ("SealedTexts",),
    "store.shared_counts": ("SharedCount", "SharedCounts"),
    "store.shared_state": ("SharedState",),
    "store.upgrading": ("StoreSchema", "read_schema", "upgrade_schema"),
    "tenancy": ("Tenants", "open_tenants"),
    "tenant_ids": ("check_tenant",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AcceptedRequest",
    "Adapter",
    "AdapterError",
    "AdapterFailed",
    "AdapterNotFound",
    "AdapterSettingsError",
    "Answer",
    "AnswerData",
    "AnswerRecord",
    "AskedQuestion",
    "BodyRefused",
    "Bot",
    "BoundedProtocol",
    "Capabilities",
    "Caution",
    "CheckReport",
    "Conversation",
    "ConversationError",
    "Conversations",
    "EditError",
    "Encoder",
    "EncoderError",
    "Entry",
    "EvaluationRun",
    "Explanation",
    "Export",
    "FailedTests",
    "FairThreads",
    "FairTurns",
    "FaqbotError",
    "Fault",
    "ImportResult",
    "IngestError",
    "InvalidEntry",
    "InvalidQuestion",
    "InvalidYaml",
    "KnowledgeBase",
    "KnowledgeBaseError",
    "KnowledgeBaseNotFound",
    "KnowledgeBaseTest",
    "Match",
    "MatchData",
    "MissingDependency",
    "Outcome",
    "Publication",
    "PublishError",
    "PublishedAddress",
    "PublishedVersion",
    "Question",
    "Reason",
    "Reload",
    "Reloader",
    "RequestBodies",
    "RequestQueue",
    "SealedTexts",
    "SharedConversations",
    "SharedCount",
    "SharedCounts",
    "SharedState",
    "Source",
    "Store",
    "StoreError",
    "StoreSchema",
    "Suggestion",
    "TeachingResult",
    "TenantError",
    "Tenants",
    "Thresholds",
    "UnreadableDocument",
    "UnsupportedDocument",
    "UsageReport",
    "__version__",
    "accept_backlog",
    "adapter_names",
    "bundled_path",
    "check_knowledge_base",
    "check_tenant",
    "export_knowledge_base",
    "import_documents",
    "is_address",
    "list_versions",
    "listening_options",
    "load_adapter",
    "load_knowledge_base",
    "make_report",
    "markdown_to_html",
    "network_of",
    "open_listening_socket",
    "open_published",
    "open_store",
    "open_tenants",
    "parse_settings",
    "proxy_network",
    "publish_knowledge_base",
    "raise_open_files",
    "read_schema",
    "render_report",
    "roll_back",
    "run_adapter",
    "run_for_tenants",
    "run_tests",
    "serving_options",
    "teach",
    "upgrade_schema",
    "user_name",
    "write_atomic",
]


def __getattr__(name: str) -> object:
    """Import a public name from its module on first use (PEP 562)."""
    return load_name(name, _HOME_OF, globals())


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
