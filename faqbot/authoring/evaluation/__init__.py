"""Regression tests of a knowledge base: runner, misspellings, baseline and output formats."""
