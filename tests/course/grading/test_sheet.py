"""The table of grades: what a spreadsheet makes of it."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolib.course.grading.sheet import Row, as_csv, cell_text, totals


def read(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_cell_is_a_formula_and_each_row_is_one_line(student, error):
    text = as_csv([Row(student, 4, "f", "right", 1.0, 1.0, 2, "3 of 5", "", error)])
    header, row = read(text)
    assert len(header) == len(row) == 11 and len(text.splitlines()) == 2
    for cell in row:
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert cell.isprintable()


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1", "\x00=1"]
)
def test_what_could_be_a_formula_is_marked_as_text(text):
    assert cell_text(text).startswith("'")


def test_numbers_are_numbers_and_what_a_person_gives_is_empty():
    rows = read(
        as_csv([Row("anna", 4, "f", "right", 0.5, 1.0, 2), Row("anna", 4, "r", "attempted", None, 1.0, 1)])
    )
    assert rows[1][:7] == ["anna", "4", "f", "right", "0.5", "1", "2"]
    assert rows[2][4] == "" and rows[2][5] == "1"


def test_letters_of_every_script_and_none_are_written():
    assert read(as_csv([Row("Łukasz 北 \ud800")]))[1][0] == "Łukasz 北"


def test_totals_count_what_a_program_can_judge():
    rows = [
        Row("anna", 4, "f", "right", 1.0, 1.0, 1, "3 of 5", "1 of 2"),
        Row("anna", 4, "r", "attempted", None, 1.0, 1, "3 of 5", "1 of 2"),
        Row("bob", None, state="damaged", error="no notebook"),
    ]
    head, anna, bob = totals(rows)
    assert anna.split() == ["anna", "04", "1", "of", "1", "1", "3", "of", "5", "1", "of", "2"]
    assert bob.endswith("no notebook") and head.startswith("student")
