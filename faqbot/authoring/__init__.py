"""Tools for authors of a knowledge base: checks, tests, report and teaching."""
