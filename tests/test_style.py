"""The whole repository keeps to the style that pyproject.toml sets, and names no machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("task", [("check",), ("format", "--check")])
def test_ruff_finds_nothing(task):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *task, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_no_absolute_home_stands_in_a_text_file():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    home = re.compile(r"(?<![\w.:/])/(?:root|home/\w+|Users/\w+|work)/\w")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".ipynb", ".cfg"} and path.exists():
            found += [name] if home.search(path.read_text(encoding="utf-8")) else []
    assert not found
