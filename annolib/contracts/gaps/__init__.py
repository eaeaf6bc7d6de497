"""How fast the gaps close: laws with their constants, and two efforts only (lesson 12)."""
