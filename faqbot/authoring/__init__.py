"""Tools for authors: checks, tests, report and teaching."""
