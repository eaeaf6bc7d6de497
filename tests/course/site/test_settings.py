"""What Sphinx is told, and how names in docstrings and lessons find their place."""

from types import SimpleNamespace

import pytest

from annolib.course.site import settings

WHERE = "https://github.com/someone/a-course"


def test_nothing_is_executed_and_nothing_is_loaded_from_elsewhere():
    told = settings.settings(WHERE)
    assert told["nb_execution_mode"] == "off"
    assert "sphinx-mathjax-offline" in told["extensions"] and "mathjax_path" not in told
    assert told["html_theme_options"]["source_repository"] == WHERE
    assert settings.settings("https://github.com/a/b")["html_theme_options"]["source_repository"] != WHERE


def test_the_files_that_the_pages_need_lie_beside_the_settings():
    told = settings.settings(WHERE)
    for name in [*told["html_css_files"], told["html_js_files"][0][0], "mark.svg"]:
        assert (settings.HERE / name).is_file()


@pytest.mark.parametrize(
    "name, file",
    [
        ("second_best", "annolib/contracts/solve.py"),
        ("Monitor.fisher_information", "annolib/monitors/base.py"),
        ("Problem.reservation", "annolib/agency/problem.py"),
    ],
)
def test_the_source_of_a_name_is_its_file(name, file):
    link = settings.source_link(WHERE, {"module": "annolib", "fullname": name})
    assert link == f"{WHERE}/blob/main/{file}"
    assert (settings.ROOT / file).is_file()


def test_a_name_without_a_file_has_no_source():
    for name in ("nothing_of_the_kind", "annotators.LABELS"):
        assert settings.source_link(WHERE, {"module": "annolib", "fullname": name}) is None


OBJECTS = {
    name: SimpleNamespace(objtype=kind)
    for name, kind in {
        "annolib.Problem": "class",
        "annolib.Problem.reservation": "method",
        "annolib.Monitor.effort": "method",
        "annolib.SelfConsistency": "class",
        "annolib.contracts.Binary": "class",
    }.items()
}


@pytest.mark.parametrize(
    "code, name",
    [
        ("al.Problem", "annolib.Problem"),
        ("Problem(value)", "annolib.Problem"),
        ("al.contracts.Binary(18, 0.0)", "annolib.contracts.Binary"),
        ("SelfConsistency.effort", "annolib.Monitor.effort"),
        ("Problem.nothing", None),
        ("reservation", None),
        ("x = al.Problem", None),
        ("", None),
    ],
)
def test_code_in_running_text_finds_its_public_name(code, name):
    assert settings.public_name(code, OBJECTS) == name


def test_doctests_are_not_escaped():
    lines = ["A gap |d|.", "", ">>> print('|d|')", "|d|", "", "So |d|."]
    settings._escape(None, "function", "f", None, None, lines)
    assert lines == [r"A gap \|d\|.", "", ">>> print('|d|')", "|d|", "", r"So \|d\|."]
