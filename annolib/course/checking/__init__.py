"""An exercise's check: what the learner wrote, compared, with a word for each foreseen mistake."""
