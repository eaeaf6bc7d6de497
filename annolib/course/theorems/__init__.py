"""Every theorem of the paper and every derived statement of the course: constant, condition and counter-example, executed."""
