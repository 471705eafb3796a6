"""Index of phrasings: vocabulary, postings, vectors and cached scores."""
