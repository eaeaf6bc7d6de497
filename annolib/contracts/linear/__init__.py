"""Pay in a straight line, as it is or cut at the floor (lesson 10)."""
