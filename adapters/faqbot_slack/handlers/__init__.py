"""Handlers: a function per kind of request, returning a plan."""
