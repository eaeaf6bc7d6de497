"""Why the agent obeys: pass laws, deviations and their proofs, the cheapest pay that makes an effort the best answer (lessons 09, 10, 11)."""
