"""One address of the repository: every link and badge names it, and one command leads them all elsewhere."""

import json
import re
import shutil
import tomllib

import pytest

from annolib.course.authoring import repository
from annolib.course.authoring.build import lesson_text
from annolib.course.notebook_files import ROOT, notebooks

WHERE = "https://github.com/someone/a-course"


@pytest.mark.parametrize(
    "given, kept",
    [
        (WHERE, WHERE),
        (f" {WHERE}/ ", WHERE),
        (f"{WHERE}.git", WHERE),
        ("https://github.com/A-b/c.d_e-f", "https://github.com/A-b/c.d_e-f"),
    ],
)
def test_an_address_is_taken_without_its_trimmings(given, kept):
    assert repository.checked_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "someone/a-course",
        "http://github.com/a/b",
        "https://github.com/a",
        f"{WHERE}/tree/main",
        "https://gitlab.com/a/b",
    ],
)
def test_what_is_no_address_is_refused_with_what_to_write(given):
    with pytest.raises(repository.AddressError, match="https://github.com/OWNER/NAME; saw"):
        repository.checked_address(given)


def test_badges_open_the_lesson_in_three_places():
    line = repository.badges(WHERE, "lessons/04 x.ipynb")
    places = re.findall(r"\[!\[Open in (\w+)\]\(images/([\w-]+\.svg)\)\]\((\S+?)\)(?= |$)", line)
    assert [place for place, _, _ in places] == ["Colab", "Binder", "Kaggle"]
    assert [link for *_, link in places] == [
        "https://colab.research.google.com/github/someone/a-course/blob/main/lessons/04%20x.ipynb",
        "https://mybinder.org/v2/gh/someone/a-course/main?labpath=lessons%2F04%20x.ipynb",
        "https://kaggle.com/kernels/welcome?src=https://github.com/someone/a-course/blob/main/lessons/04%20x.ipynb",
    ]
    for _, picture, _ in places:
        assert f'aria-label="Open in {picture[8:-4].capitalize()}"' in (
            ROOT / "lessons" / "images" / picture
        ).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", notebooks("lessons"), ids=lambda path: path.stem)
def test_every_lesson_has_its_badges_under_its_title(path):
    first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    assert first.split("\n")[2] == repository.badges(repository.address(), f"lessons/{path.name}")


def test_the_address_of_a_lesson_is_given():
    path = notebooks("solutions")[0]
    assert "github.com/someone/a-course/" in lesson_text(path, WHERE)
    assert repository.address().removeprefix("https://github.com/") not in lesson_text(path, WHERE)


def test_badges_of_an_edition_lead_to_its_tag():
    line = repository.badges(WHERE, "lessons/04 x.ipynb", edition="v1.0")
    assert "/main" not in line and line.count("/blob/v1.0/") == 2 and "/a-course/v1.0?labpath=" in line


def test_the_edition_stands_in_one_place_and_is_set_there(checkout):
    before = (checkout / "pyproject.toml").read_bytes()
    assert repository.edition(checkout) == repository.BRANCH
    assert repository.set_edition("v1.0", checkout) and not repository.set_edition("v1.0", checkout)
    assert repository.edition(checkout) == "v1.0"
    for wrong in ("", 'v"1', "a b", "-x"):
        with pytest.raises(repository.AddressError, match="a tag or a branch"):
            repository.set_edition(wrong, checkout)
    repository.set_edition("main", checkout)
    assert (checkout / "pyproject.toml").read_bytes() == before


@pytest.fixture
def checkout(tmp_path):
    """The files of the repository that may name its address."""
    for path in [*ROOT.glob("*.*"), *ROOT.glob(".github/**/*.yml")]:
        if path.is_file():
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def test_one_command_moves_every_file_to_another_address(checkout):
    old = repository.address(checkout)
    slug = old.removeprefix("https://github.com/")
    assert repository.move(WHERE, checkout)[:2] == ["pyproject.toml", "README.md"]
    assert repository.address(checkout) == WHERE
    urls = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    assert urls["Homepage"] == repository.pages_address(WHERE) == "https://someone.github.io/a-course/"
    left = [
        path.name
        for path in checkout.rglob("*")
        if path.is_file() and slug in path.read_text(encoding="utf-8")
    ]
    assert not left and not any(
        repository.pages_address(old) in path.read_text(encoding="utf-8")
        for path in checkout.rglob("*.*")
        if path.is_file()
    )
    assert repository.move(WHERE, checkout) == []
    repository.move(old, checkout)
    for path in checkout.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (ROOT / path.relative_to(checkout)).read_bytes()


def test_a_wrong_address_changes_nothing(checkout):
    before = (checkout / "pyproject.toml").read_bytes()
    with pytest.raises(repository.AddressError):
        repository.move("https://example.org/a/b", checkout)
    assert (checkout / "pyproject.toml").read_bytes() == before


def test_only_the_repository_itself_is_moved():
    text = "https://github.com/a/bc https://github.com/a/b.git https://github.com/xa/b https://github.com/a/b"
    moved = repository.moved(text, "https://github.com/a/b", WHERE)
    assert moved == f"https://github.com/a/bc {WHERE}.git https://github.com/xa/b {WHERE}"


def test_on_a_package_index_every_link_of_the_readme_leads_to_the_repository():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = repository.absolute(text, WHERE)
    links = re.findall(r"\]\(([^)\s]+)\)", shown)
    assert len(links) > 20 and all(link.startswith(("https://", "#")) for link in links)
    assert f"({WHERE}/raw/main/lessons/images/same_and_swapped.png)" in shown
    assert (
        f"({WHERE}/blob/main/lessons/00_open_course.ipynb)" in shown
        and f"({WHERE}/tree/main/solutions)" in shown
    )
    assert "repository.absolute(" in (ROOT / "setup.py").read_text(encoding="utf-8")


def test_links_that_lead_elsewhere_or_nowhere_stay():
    for text in ("[a](https://b.org/c)", "[a](#b)", "[a](no/such.md)", "[a](mailto:b@c.org)"):
        assert repository.absolute(text, WHERE) == text
    assert repository.absolute("[a](README.md#b)", WHERE) == f"[a]({WHERE}/blob/main/README.md#b)"


def test_the_command_moves_the_address_and_makes_the_lessons_anew(load_file, monkeypatch, capsys):
    from annolib.course.authoring import desk

    command = load_file(ROOT / "solutions" / "__main__.py", "solutions_address_command")
    monkeypatch.setattr("annolib.course.setup.ensuring.ensure", lambda: None)
    moves = []
    monkeypatch.setattr(
        repository, "move", lambda new, root: moves.append(repository.checked_address(new)) or []
    )
    monkeypatch.setattr(desk, "work", lambda options, root: "generated")
    assert command.main(["--address", WHERE]) == "generated" and moves == [WHERE]
    assert "The address was that already." in capsys.readouterr().out
    with pytest.raises(SystemExit, match="must be https://github.com/OWNER/NAME"):
        command.main(["--address", "nowhere"])
