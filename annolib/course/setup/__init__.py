"""The environment of the course; standard library only, read before anything is installed."""
