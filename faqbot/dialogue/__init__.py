"""Turns of a conversation: interpretation, policy, courtesies and the steps of a turn."""
