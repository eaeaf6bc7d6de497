"""Pay where the firm does not know the agent or the strength of its checks: the worst case, or the average (lessons 12, 13)."""
