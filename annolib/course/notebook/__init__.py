"""What a lesson calls: `Lesson`, predictions, claims, the quiz."""
