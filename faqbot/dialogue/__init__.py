"""Turns of a conversation: interpretation, policy, courtesies and steps."""
