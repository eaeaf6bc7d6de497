"""The simulated twin of llmfao: its population, its design, its draw (every lesson that needs the truth)."""
