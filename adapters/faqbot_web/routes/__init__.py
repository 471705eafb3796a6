"""Routes of the API, version 1, of its reference, and of pages."""
