"""Compares what Seldon Enterprise Platform writes for a bucket secret with what this package writes."""
