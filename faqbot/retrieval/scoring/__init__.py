"""Scores of an index for a query, dense and sparse, and the ranking of entries."""
