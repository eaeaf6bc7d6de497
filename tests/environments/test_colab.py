"""A kernel with Colab's packages runs solved lessons: every explorer, quiz and rubric is shown, every control moves."""

import os
import re
from importlib.metadata import version

import nbformat
import pytest

from annolib.course.notebook_files import ROOT, notebooks, tags_of
from annolib.course.setup import environment
from tests import platforms

VIEW = "application/vnd.jupyter.widget-view+json"
DRIVE = "from annolib.course.authoring.move_controls import move_every_control\nprint('moves:', move_every_control())"
NUMBERS = (0, 4)  # the opening; a lesson with explorers, predictions, a rubric and a quiz


def test_these_are_the_packages_of_colab():
    for line in platforms.COLAB:
        name, wanted = line.split("==")
        assert version(name) == wanted


@pytest.fixture(scope="module", params=NUMBERS, ids="lesson {:02d}".format)
def run(request):
    from nbclient import NotebookClient

    (path,) = (one for one in notebooks("solutions") if int(one.name[:2]) == request.param)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(DRIVE))
    environment.expose_checkout()
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}}).execute(
        env=dict(os.environ)
    )
    return notebook


def views(cell):
    return [one.data[VIEW] for one in cell.get("outputs", ()) if VIEW in one.get("data", {})]


def test_every_explorer_is_shown(run):
    cells = [cell for cell in run.cells if "widget" in tags_of(cell)]
    assert cells
    for cell in cells:
        (shown,) = views(cell)
        assert sorted(shown) == ["model_id", "version_major", "version_minor"]
        texts = [one.data["text/plain"] for one in cell.outputs if VIEW in one.get("data", {})]
        assert texts[0].startswith("Explorer of ") and "Picture: " in texts[0]


def test_quiz_and_rubrics_are_shown(run):
    def shown_by(call):
        return [len(views(cell)) for cell in run.cells if cell.cell_type == "code" and call in cell.source]

    assert shown_by("lesson.quiz()") == [1]
    assert all(shown_by("lesson.rubric(")) and all(count == 1 for count in shown_by("lesson.rubric("))


def test_predictions_are_recorded_and_revealed(run):
    told = [text(one) for cell in run.cells for one in cell.get("outputs", ())]
    assert any("Your guess: " in words for words in told) and any("Result: " in words for words in told)


def test_every_control_moves_and_nothing_is_said_of_errors(run):
    last = "".join(text(one) for one in run.cells[-1].outputs)
    assert int(re.search(r"moves: (\d+)", last).group(1)) > 10
    kinds = {one.output_type for cell in run.cells for one in cell.get("outputs", ())}
    assert "error" not in kinds


def text(output):
    return output.get("text", "") or output.get("data", {}).get("text/plain", "")
