"""Threshold bonuses and tiers for agents of several kinds (lessons 12, 13)."""
