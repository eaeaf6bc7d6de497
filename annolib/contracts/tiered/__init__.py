"""Several thresholds (lesson 11)."""
