"""The sources of the site: a small repository, laid out as pages."""

import re
import shutil

import pytest

from annolib.course.notebook_files import ROOT
from annolib.course.site import reference, stage

pytest.importorskip("sphinx", reason="no site is built: pip install -e '.[site]' brings what that needs")
WHERE = "https://github.com/someone/a-course"


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    root, folder = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("sources")
    for name in ("lessons/images", "solutions/teach", "datasets", "docs"):
        (root / name).mkdir(parents=True)
    shutil.copy(ROOT / "lessons/images/same_and_swapped.png", root / "lessons/images/a.png")
    shutil.copy(ROOT / "lessons/images/open-in-colab.svg", root / "lessons/images/b.svg")
    shutil.copy(ROOT / "solutions" / "00_open_course.ipynb", root / "solutions")
    (root / "README.md").write_text(
        "# Home\n\n[first](lessons/00_open_course.ipynb) [all](solutions/) [why](docs/why.md) ![b](lessons/images/b.svg)\n\n![a](lessons/images/a.png)\n"
    )
    (root / "solutions/teach/plan.md").write_text(
        "# Plan\n\n[00](../00_open_course.ipynb) [home](../../README.md)\n"
    )
    (root / "docs/why.md").write_text("# Why\n")
    (root / "datasets/twin.md").write_text("# Twin\n")
    (root / "lessons/LICENSE.md").write_text("# Licence\n")
    return folder, stage.stage(root, folder, WHERE)


def test_every_lesson_text_and_room_is_a_page(staged):
    _, pages = staged
    rooms = {f"reference/{room}" for room in reference.rooms()}
    assert set(pages) == rooms | {
        *(
            "index",
            "reference/index",
            "lessons/00_open_course",
            "solutions/00_open_course",
            "solutions/index",
        ),
        *("solutions/teach/plan", "docs/why", "datasets/twin"),
    }


def test_links_lead_to_the_pages(staged):
    folder, _ = staged
    home = (folder / "index.md").read_text()
    assert "[first](lessons/00_open_course.ipynb) [all](solutions/index.md) [why](docs/why.md)" in home
    assert "![b](lessons/images/b.svg)" in home and (folder / "lessons/images/b.svg").is_file()
    plan = (folder / "solutions/teach/plan.md").read_text()
    assert "[00](../00_open_course.ipynb) [home](../../index.md)" in plan


def test_the_picture_of_the_first_page_is_there_in_two_schemes(staged):
    folder, _ = staged
    home = (folder / "index.md").read_text()
    shown = re.findall(
        r'<img class="annolib-picture only-(\w+)" src="_static/(figures/[\w-]+.png)" alt="a"', home
    )
    assert [scheme for scheme, _ in shown] == ["light", "dark"] and ".png)" not in home
    assert all((folder / path).is_file() for _, path in shown)


def test_every_page_stands_in_the_margin_once(staged):
    folder, pages = staged
    margins = "".join(
        (folder / name).read_text() for name in ("index.md", "solutions/index.md", "reference/index.rst")
    )
    for page in pages:
        if page != "index":
            name = page.removeprefix("reference/").removeprefix("solutions/") if page not in margins else page
            assert name in margins, page
    assert "00 Open the course <lessons/00_open_course>" in margins
    assert "solutions/teach/plan" in margins.split("For teachers")[1].split("```")[0]


def test_a_shelf_with_a_readme_is_introduced_by_it(tmp_path):
    root, folder = tmp_path / "root", tmp_path / "sources"
    (root / "solutions").mkdir(parents=True)
    (root / "README.md").write_text("# Home\n")
    (root / "solutions/README.md").write_text("# The shelf\n\n[home](../README.md)\n")
    pages = stage.stage(root, folder, WHERE)
    assert "# The shelf\n\n[home](../index.md)\n" in (folder / "solutions/index.md").read_text()
    assert "solutions/README" not in pages
