"""Index of a knowledge base's phrasings: vocabulary, postings, vectors and cached scores."""
