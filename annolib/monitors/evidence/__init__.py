"""What goes in where a monitor goes, for contracts: two kinds of checks, any pass curve, outcomes, checks of unknown strength (lessons 11 to 13)."""
