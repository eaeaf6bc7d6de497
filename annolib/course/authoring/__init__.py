"""From a source notebook to a lesson: build, run, lint; for authors, used by no lesson."""
