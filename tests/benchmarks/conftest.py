"""The benchmarks are programs: they import one another as scripts do, and hold no tests to collect."""

from pathlib import Path

collect_ignore = [str(path) for path in Path(__file__).parent.glob("*.py")]
