"""Extraction of question and answer pairs from a document's blocks."""
