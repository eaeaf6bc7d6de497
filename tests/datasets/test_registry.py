"""Where data lie, and what the registry knows."""

from pathlib import Path

from annolib.datasets.registry import cache_folder

ROOT = Path(__file__).resolve().parents[2]


def test_the_cache_is_where_it_is_told(monkeypatch):
    monkeypatch.delenv("ANNOLIB_DATA", raising=False)
    assert cache_folder() == ROOT / "datasets" / "cache"
    monkeypatch.setenv("ANNOLIB_DATA", "~/somewhere")
    assert cache_folder() == Path.home().resolve() / "somewhere"
