"""`python3 lessons` and its doctor."""
