"""Names that are loaded when they are used: where they come from, once only, old names with a warning."""

import sys

import pytest

from annolib.lazy import lazy, provide, provided


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules, one of which breaks when it is loaded."""
    (tmp_path / "lazily_made").mkdir()
    for name, text in {
        "__init__": "",
        "good": "value = []",
        "broken": "import no_such_module_of_ours",
    }.items():
        (tmp_path / "lazily_made" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield "lazily_made"
    for name in [name for name in sys.modules if name.startswith("lazily_made")]:
        del sys.modules[name]


def test_nothing_is_loaded_before_it_is_used(package):
    get, names = lazy(package, {"value": "good", "other": "broken"}, ["good"])
    assert names() == ["good", "other", "value"] and "lazily_made.good" not in sys.modules
    assert get("value") is get("value") is sys.modules["lazily_made.good"].value
    with pytest.raises(ModuleNotFoundError, match="no_such_module_of_ours"):
        get("other")


def test_moved_modules_and_old_names(package):
    get, names = lazy(package, {}, {"old_place": "good"}, renamed={"worth": "lazily_made.good.value"})
    assert get("old_place").value == [] and names() == ["old_place"]
    with pytest.warns(DeprecationWarning, match="lazily_made.worth is now lazily_made.good.value") as seen:
        assert get("worth") is sys.modules["lazily_made.good"].value
    assert seen[0].filename == __file__, "the warning points at who uses the old name"


def test_an_unknown_name_is_an_attribute_error(package):
    get, _ = lazy(package, {"value": "good"})
    with pytest.raises(AttributeError, match="module 'lazily_made' has no attribute 'valu'"):
        get("valu")


def test_what_is_provided_is_loaded_when_it_is_asked_for(package, monkeypatch):
    monkeypatch.setattr(sys.modules["annolib.lazy"], "_PROVIDED", {})
    provide({"the value": "lazily_made.good:value", "another": "lazily_made.broken:value"})
    assert "lazily_made.good" not in sys.modules
    assert provided("the value") is sys.modules["lazily_made.good"].value
    with pytest.raises(ModuleNotFoundError, match="no_such_module_of_ours"):
        provided("another")
    with pytest.raises(KeyError, match="a third"):
        provided("a third")


def test_all_that_the_package_provides_is_there():
    import annolib

    names = [name for name in sys.modules["annolib.lazy"]._PROVIDED if name.startswith("Audit.")]
    assert names
    for name in names:
        assert callable(provided(name)) and hasattr(annolib.Audit, name.removeprefix("Audit."))
