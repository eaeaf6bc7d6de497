"""Every lesson in a real JupyterLab: all cells run, every explorer's controls reach both ends by keyboard.

Screenshots go to the folder named by ANNOLIB_SHOTS; without one nothing is photographed.
"""

import os

import nbformat
import pytest

from .lab import ROOT, chromium, find_chromium, jupyter_lab, put
from .visit import visit

pytest.importorskip("playwright.sync_api", reason="no browser test: playwright is not installed")
if find_chromium() is None:
    pytest.skip("no browser test: neither chromium nor google-chrome is on the PATH", allow_module_level=True)

LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))

SETUP = """
from annolib.figures.style import canvas, describe
from annolib.widgets import Explorer, checkbox, dropdown, float_slider, int_slider

def line(slope=1.0, points=5, colour="black", dotted=False, unused=0):
    if points == 13:
        raise ValueError("thirteen <points> are too many")
    figure, axes = canvas()
    axes.plot([slope * k for k in range(points)], color=colour, linestyle=":" if dotted else "-")
    return describe(figure, f"A {colour} line, slope {slope:.1f}, {points} points, dotted {dotted}.")
"""

SOUND = """Explorer(
    line,
    slope=float_slider("Slope", 1, -2, 2, step=0.5),
    points=int_slider("Points", 5, 2, 12),
    colour=dropdown("Colour", {"Ink": "black", "Deep sea": "blue", "Fire": "red"}, "blue"),
    dotted=checkbox("Dotted"),
)"""

QUIZ = """from annolib.course.definitions import Question
from annolib.course.notebook.quiz import quiz
quiz([Question("Is 2 even?", ("yes", "no"), "yes", "It is 2 times 1.")])"""

BROKEN = """Explorer(line, unused=int_slider("Unused", 0, 0, 3), points=int_slider("Points", 5, 2, 13))"""

LOST = """from IPython.display import HTML
HTML('<img src="nowhere.png" alt="Lost">')"""

NO_WORDS = """import base64
from IPython.display import Image
Image(base64.b64decode(base64.b64encode(line().png())))"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A served folder and a browser: one server and one browser, with its cache, for all lessons."""
    folder = tmp_path_factory.mktemp("desk")
    shots = os.environ.get("ANNOLIB_SHOTS")
    with jupyter_lab(folder) as address, chromium() as browser:
        context = browser.new_context()
        yield (
            lambda name, **patience: visit(context, address(f"{name}.ipynb"), shots, name, **patience),
            folder,
        )


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_and_its_explorers_move(desk, lesson):
    look, folder = desk
    put(lesson, folder)
    seen = look(lesson.stem)
    assert not seen.faults, "\n".join(seen.faults)
    assert seen.explorers, f"{lesson.name} shows no explorer"


def test_every_kind_of_control_moves_the_picture(desk):
    look, folder = desk
    write(folder / "sound.ipynb", SETUP, SOUND, QUIZ)
    seen = look("sound")
    assert not seen.faults, "\n".join(seen.faults)
    assert (seen.explorers, seen.questions) == (1, 1)
    # ends and back, ends and back, options, on and off, one end, reset, one end again
    assert len(seen.redraws) == 3 + 3 + 3 + 2 + 1 + 1 + 1


def test_faults_are_found(desk):
    look, folder = desk
    write(folder / "broken.ipynb", SETUP, BROKEN, NO_WORDS, LOST, "1 / 0", "never = 'run'")
    faults = "\n".join(look("broken", redraw_patience=1.5).faults)
    assert "explorer1 keeps its picture when Unused is high" in faults
    assert "explorer1 shows an error when Points is high" in faults
    assert "ValueError: thirteen <points> are too many" in faults
    assert "error in the cell that starts with 1 / 0: ZeroDivisionError" in faults
    assert "not run: the cell that starts with never" in faults
    assert "picture that does not load: Lost" in faults
    assert "picture without alternative text" in faults


def write(path, *sources):
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
