"""Lessons in a real JupyterLab in a real browser; `python -m tests.browser --help` takes screenshots."""
