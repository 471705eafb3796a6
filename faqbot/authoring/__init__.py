"""What an author of a knowledge base runs: checks, tests, and what people asked."""
