"""A learner's working copies: handed out, never overwritten, and how far they are."""
