"""Handlers: one function per kind of request, which returns a plan."""
