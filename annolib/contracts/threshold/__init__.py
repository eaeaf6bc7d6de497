"""One threshold: which efforts a bonus can buy, and the best of them (lesson 09)."""
