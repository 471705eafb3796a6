"""Insights from recorded questions: usage, clusters, proposals, trials and the report."""
