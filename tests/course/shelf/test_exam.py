"""Papers: their size, that a seed fixes them, that keys belong to them."""

import re

import pytest

from annolib.course.definitions import load_definition
from annolib.course.shelf.exam import HALVES, MINUTES, exam, homework


@pytest.fixture(scope="module", params=[1, 2])
def papers(request):
    return request.param, [exam(request.param, seed) for seed in ("autumn", "spring", 3)]


def test_twenty_questions_and_sixty_points(papers):
    half, made = papers
    for paper in made:
        assert [item.kind for item in paper.items] == ["number"] * 12 + ["choice"] * 6 + ["words"] * 2
        assert paper.points == 60 and paper.minutes == MINUTES
        assert paper.paper.count(" points)") == 20 == len(re.findall(r"(?m)^\*\*\d+\.\*\*", paper.key))
        texts = [item.text for item in paper.items]
        assert len(set(texts)) == 20
        assert not [text for text in texts if text.startswith("The same")]
        there = {lesson for lesson in HALVES[half] if _is_there(lesson)}
        assert {item.lesson for item in paper.items if item.kind == "number"} >= there


def _is_there(lesson):
    try:
        return bool(load_definition(lesson))
    except ValueError:
        return False


def test_another_seed_is_another_paper_and_the_same_seed_the_same(papers):
    half, (autumn, spring, third) = papers
    assert exam(half, "autumn") == autumn and exam(half, "3") == third
    shared = {item.text for item in autumn.items[:12]} & {item.text for item in spring.items[:12]}
    assert not shared
    assert autumn.key != spring.key


def test_points_of_criteria_add_up_and_options_hold_the_answer(papers):
    for paper in papers[1]:
        for item in paper.items[12:18]:
            letter, said = re.match(r"\*\*(\w)\)\*\* (.+)", item.key).groups()
            option = re.search(rf"- {letter}\) (.+)", item.text)[1]
            assert said.startswith(option)
            quiz = {question.text: question.answer for question in load_definition(item.lesson).quiz}
            assert quiz[item.text.partition("\n")[0]] == option
        for item in paper.items[18:]:
            assert sum(map(int, re.findall(r"- \((\d)\)", item.key))) == item.points


def test_the_paper_holds_no_key(papers):
    for paper in papers[1]:
        for item in paper.items[:12]:
            number = re.match(r"\*\*(\S+?)\*\*", item.key)[1]
            assert float(number) is not None
            assert len(number.strip("-0.")) < 4 or number not in paper.paper
        assert "One good answer" not in paper.paper


def test_homework_is_the_lessons_questions_for_one_student():
    anna, ben = homework(5, "autumn, anna"), homework(5, "autumn, ben")
    assert len(anna.items) == len(ben.items) == 3 and anna.paper != ben.paper
    assert anna.items == homework(5, "autumn, anna").items and "minutes" not in anna.paper


def test_an_unknown_half_is_told():
    with pytest.raises(ValueError, match=r"half must be 1 \(lessons 01 to 07\) or 2"):
        exam(3, "a")
