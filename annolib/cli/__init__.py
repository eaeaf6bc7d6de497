"""The command `annolib`: from a file to a report, for somebody who writes no Python (lesson 07)."""
