"""Handlers: one function per kind of request, from the parsed request to a plan."""
