"""Any pay at all: the cheapest lottery over the counts (lesson 11)."""
