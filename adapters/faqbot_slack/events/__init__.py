"""Slack payloads, parsed into typed requests."""
