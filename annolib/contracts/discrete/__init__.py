"""Finitely many efforts, or actions with a law of outcomes each: every class of contracts (no lesson yet)."""
