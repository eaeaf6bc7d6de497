"""These tests need packages of their own: `python3 tests --platforms` makes the environments and runs them there."""

import os
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Without their environment they are skipped; `ANNOLIB_SUITE` names the suite that runs."""
    here = Path(__file__).parent
    for item in items:
        suite = item.path.stem.removeprefix("test_")
        if item.path.parent == here and os.environ.get("ANNOLIB_SUITE") != suite:
            item.add_marker(pytest.mark.skip(reason=f"run by: python3 tests --platforms {suite}"))
