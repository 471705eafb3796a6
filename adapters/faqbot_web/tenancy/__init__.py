"""Tenants of the service, with fair turns in the answering threads."""
