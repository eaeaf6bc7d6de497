"""Where the tests find the real data: beside the checkout, or in the cache; otherwise they skip and say so."""

from pathlib import Path

import pytest

from annolib.datasets import fetching
from annolib.datasets.registry import cache_folder, info

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def real_folder(name):
    for root in (BESIDE, cache_folder()):
        if all(fetching._state(file, root / name) == "ok" for file in info(name).files):
            return root / name
    pytest.skip(
        f"the real data {name} are neither in {BESIDE} nor in the cache: python3 datasets fetch {name}"
    )


@pytest.fixture(scope="session")
def llmfao_folder():
    return real_folder("llmfao")


@pytest.fixture(scope="session")
def pandalm_folder():
    return real_folder("pandalm")


@pytest.fixture
def real_cache(llmfao_folder, monkeypatch):
    """The folder with the real files as the cache."""
    monkeypatch.setenv("ANNOLIB_DATA", str(llmfao_folder.parent))
    return llmfao_folder.parent
