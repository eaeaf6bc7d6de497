"""What the tests of the course share: the demonstration lesson, as written and as executed."""

import importlib.util
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parent / "demo"

STARTUP = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("annolib.course.lessons.lesson_99", {path!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
sys.modules[spec.name] = module
"""


@pytest.fixture(autouse=True)
def nothing_asked_yet(monkeypatch):
    """Each test is a session of its own: no box was ticked in it, no question answered."""
    from annolib.course.notebook import kept

    monkeypatch.setattr(kept, "_asked", {})


@pytest.fixture(scope="session")
def load_file():
    """A function that imports a Python file by its path, under a name of its own."""

    def load(path, name=None):
        spec = importlib.util.spec_from_file_location(name or f"course_file_{Path(path).stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def demo(load_file):
    """The demonstration's definition, as `al.course.Lesson(99)` finds it while tests run."""
    name = "annolib.course.lessons.lesson_99"
    module = load_file(DEMO / "lesson_99.py", name)
    sys.modules[name] = module
    yield module
    del sys.modules[name]


@pytest.fixture
def lesson_shell(demo, monkeypatch):
    """A function that starts an IPython shell with the demonstration lesson; its `run` gives back what a cell raises."""
    from IPython.core.interactiveshell import InteractiveShell

    from annolib.course.checking import record
    from annolib.course.notebook import broken_cells

    monkeypatch.setattr(record, "_graded", {})
    monkeypatch.setattr(broken_cells, "_at_work", {})

    def start(**how):
        shell = InteractiveShell.instance()
        shell.reset(new_session=True)
        run = shell.run_cell

        def run_cell(source):
            result = run(source, store_history=False)
            return result.error_before_exec or result.error_in_exec

        shell.run = run_cell
        given = "".join(f", {name}={value!r}" for name, value in how.items())
        assert run_cell(f"import annolib as al\nlesson = al.course.Lesson(99{given})") is None
        return shell

    yield start
    for watch in broken_cells._at_work.values():
        watch.leave()
    InteractiveShell.clear_instance()


@pytest.fixture(scope="session")
def demo_source(load_file):
    """A function that makes the unexecuted source notebook of the demonstration."""
    return load_file(DEMO / "source.py").source


@pytest.fixture(scope="session")
def demo_kernel(tmp_path_factory):
    """Kernels that are started meanwhile know the demonstration's definition."""
    home = tmp_path_factory.mktemp("ipython")
    startup = home / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00_demo.py").write_text(STARTUP.format(path=str(DEMO / "lesson_99.py")), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(home))
        yield


@pytest.fixture(scope="session")
def executed(demo, demo_source, demo_kernel, tmp_path_factory):
    """The demonstration's source notebook as `python3 solutions --run` stores it."""
    from annolib.course.authoring.execute import execute

    return execute(demo_source(), tmp_path_factory.mktemp("run"))


@pytest.fixture
def lesson(demo):
    """The demonstration as a notebook calls it."""
    from annolib.course import Lesson

    return Lesson(99)


@pytest.fixture
def said(monkeypatch):
    """The MIME bundles that were displayed."""
    bundles = []
    monkeypatch.setattr(
        "annolib.course.display.show_object", lambda thing: bundles.append(thing._repr_mimebundle_())
    )
    monkeypatch.setattr(
        "annolib.course.notebook.quiz.show_object", lambda thing: bundles.append(thing._repr_mimebundle_())
    )
    return bundles
