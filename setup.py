"""What pyproject.toml cannot say: on a package index, the links of the README lead to the repository."""

import sys
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from annolib.course.authoring import repository  # noqa: E402

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")

if __name__ == "__main__":
    setup(
        long_description=repository.absolute(TEXT, repository.address(ROOT), ROOT),
        long_description_content_type="text/markdown",
    )
