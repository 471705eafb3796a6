"""Dialects of Markdown and template languages, rewritten as plain Markdown."""
