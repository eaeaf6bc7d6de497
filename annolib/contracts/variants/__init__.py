"""Agents and checks of another kind that become those the solvers know: other efforts, pass curves, cost in money (no lesson)."""
