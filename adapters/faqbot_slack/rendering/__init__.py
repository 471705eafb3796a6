"""Slack messages, blocks, modals and texts, rendered from answers."""
