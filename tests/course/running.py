"""Run a source notebook in the process of the tests, with a lesson of their own in place of its."""

from annolib.course.notebook.lesson import Lesson
from annolib.course.notebook_files import source_of, tags_of


def run_solutions(notebook, lesson):
    """Run the code of a source notebook in this process, but for explorers and what the learner never sees."""
    names = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or {"widget", "instructor"} & set(tags_of(cell)):
            continue
        if "lesson.quiz()" in source_of(cell):
            continue
        exec(compile(source_of(cell), "solution", "exec"), names)
        if isinstance(names.get("lesson"), Lesson):
            names["lesson"] = lesson
    return lesson._states
