"""Graded work: assignments for nbgrader and Otter, and submitted notebooks run again for their points."""
