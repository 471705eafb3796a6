"""Scores of phrasings for a query, dense and sparse, and the ranking of entries."""
