"""What a firm decides around a contract: deposits, how many checks of what kind, what moves the answer, and who the agent is (lessons 12, 13)."""
