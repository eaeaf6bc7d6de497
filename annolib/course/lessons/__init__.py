"""What each lesson asks of its learner: one module a lesson, `lesson_NN`, with one `LESSON` in it."""
