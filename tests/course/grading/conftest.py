"""Three made students: the right answers, nothing, and wrong answers with stored outcomes that say "right"."""

import nbformat
import pytest

from annolib.course.display import CHECK_MIME
from annolib.course.notebook_files import ROOT, lesson_calls, notebooks

NUMBER = 4


@pytest.fixture(scope="session")
def solved():
    """The source cells of the lesson, by their ids."""
    path = next(path for path in notebooks("solutions") if path.name.startswith(f"{NUMBER:02d}_"))
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@pytest.fixture(scope="session")
def students(solved):
    """A function that fills in copies of an unsolved notebook: student to notebook."""

    def fill(path):
        right, empty, wrong = (nbformat.read(path, as_version=4) for _ in range(3))
        for cell in right.cells:
            if {"exercise", "predict"} & set(cell.metadata.get("tags", ())):
                cell.source = solved.get(cell.id, cell.source)
        for cell in wrong.cells:
            names = lesson_calls(cell.source, "check") if cell.cell_type == "code" else []
            if names:
                cell.source = cell.source.replace("    ...", "    return 0.25")
                forged = {"exercise": names[0], "outcome": "right", "lesson": NUMBER}
                data = {CHECK_MIME: forged, "text/plain": "✓ Right"}
                cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        return {"right": right, "empty": empty, "wrong": wrong}

    return fill


@pytest.fixture(scope="session")
def lesson_path():
    return next((ROOT / "lessons").glob(f"{NUMBER:02d}_*.ipynb"))
