"""Extraction of question and answer pairs from the blocks of a document."""
