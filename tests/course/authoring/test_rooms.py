"""The picture of the rooms is read off the code: a made-up house of two rooms."""

import xml.etree.ElementTree as ET

import pytest

from annolib.course.authoring import rooms

LAYERS = """
[[tool.importlinter.contracts]]
layers = ["annolib.top : annolib.side", "annolib.ground", "annolib.validation"]
"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "pyproject.toml").write_text(LAYERS)
    (tmp_path / "tests").mkdir()
    for room, text in {
        "top": "Upstairs & <high>.",
        "side": "Aside.",
        "ground": "Below.",
        "course": "All.",
    }.items():
        (tmp_path / "annolib" / room).mkdir(parents=True)
        (tmp_path / "annolib" / room / "__init__.py").write_text(f'"""{text}\\n\\nMore."""\n')
    (tmp_path / "annolib" / "validation.py").write_text("")
    (tmp_path / "annolib" / "top" / "one.py").write_text(
        "import numpy\nfrom annolib import side\nfrom annolib.top.two import x\n\n\n"
        "def later():\n    from annolib.ground.deep import y\n    from annolib.lazy import lazy\n"
    )
    return tmp_path


def test_floors_and_who_knows_whom(house):
    assert rooms.floors(house) == [["top", "side"], ["ground"], ["validation"]]
    assert rooms.rooms_known_by("top", house) == ["ground", "side"]
    assert rooms.rooms_known_by("ground", house) == rooms.rooms_known_by("validation", house) == []


def test_the_picture_holds_each_room_once_with_its_sentence(house):
    path = rooms.draw(house)
    assert path == house / rooms.PICTURE
    texts = [node.text for node in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text in ("top", "side", "ground", "course", "validation")] == [
        "top", "side", "ground", "course",
    ]  # fmt: skip
    assert "Upstairs & <high>." in texts and "More." not in " ".join(texts)
    assert "knows ground, side" in texts and texts.count("knows nothing") == 3
