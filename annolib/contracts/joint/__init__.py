"""Two kinds of checks in one contract: a line in both counts, a threshold on their score, any pay (lessons 09 to 13)."""
