"""Tenants of the service: their services, and fair turns for them in the threads that answer."""
