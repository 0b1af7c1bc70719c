"""The real programs that the tests use, one per file."""
