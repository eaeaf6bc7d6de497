"""The README says what is so: its code runs, its map is the course's, its picture is the lesson's."""

import re
from pathlib import Path

import nbformat

from annolib import figures

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_from_a_file_to_the_report_as_it_is_said(tmp_path, monkeypatch, capsys):
    """The command and the six lines, on a file of the name that they have."""
    from annolib import datasets
    from annolib.cli.command import main

    monkeypatch.chdir(tmp_path)
    datasets.load("twin").to_csv("judgements.csv", index=False)
    (line,) = re.findall(r"^annolib audit .*$", TEXT, re.MULTILINE)
    assert main(line.split()[1:]) == 0 and "Written: report.html" in capsys.readouterr().out
    page = Path("report.html").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0]
    assert len(code.strip().splitlines()) == 6
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "{'careless': 0, 'careful': 9, 'undecided': 115}\n"
    assert Path("report.html").read_text(encoding="utf-8") == page
    assert Path("verdicts.csv").read_text(encoding="utf-8").startswith("worker,passes,checks,")


def test_the_six_lines_run(capsys):
    _, _, code, pay = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(code.strip().splitlines()) == 6 and len(pay.strip().splitlines()) == 4
    exec(compile(code, "README.md", "exec"), {})
    assert "swapped_agreements" in capsys.readouterr().out
    exec(compile(pay, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "Binary(threshold=559" in said and "none gains more than" in said


def test_the_plan_is_written_out(capsys):
    code = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "A batch pays" in said and "of 100 batches" in said and "effort is a quarter dearer" in said


def test_the_map_names_every_lesson_and_its_minutes():
    rows = re.findall(r"\| \[(\d\d) ([^\]]+)\]\((\S+)\) \|[^|]+\| (\d+) \| ready \|", TEXT)
    assert {row[2] for row in rows} == {f"lessons/{path.name}" for path in (ROOT / "lessons").glob("*.ipynb")}
    for number, title, path, minutes in rows:
        lesson = nbformat.read(ROOT / path, as_version=4)
        about = lesson.metadata["annolib"]
        assert (int(number), int(minutes)) == (about["lesson"], sum(about["minutes"]))
        assert re.match(rf"# Lesson {number} · \w+ · {re.escape(title)}\n", lesson.cells[0].source)


def test_every_path_that_is_linked_exists():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert links and not [link for link in links if not (ROOT / link).exists()]


def test_the_picture_is_the_figure_of_the_lesson():
    alt, path = re.search(r"!\[([^\]]+)\]\((\S+\.png)\)", TEXT).groups()
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
    named = set(re.findall(r"worker (\d+)", figures.same_and_swapped().description))
    assert named == {"11", "20"} == set(re.findall(r"\b\d{2}\b", alt))
