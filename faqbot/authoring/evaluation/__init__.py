"""Regression tests: runner, misspellings, baseline and output formats."""
