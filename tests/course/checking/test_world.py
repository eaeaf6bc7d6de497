"""What an answer changes outside itself is put back, and what a learner should know of is named."""

import math
import os
import random
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import annolib as al
from annolib.course.checking import checks
from annolib.course.checking.checks import NOT_RIGHT, RIGHT, judge
from annolib.course.checking.world import put_back, unchanged_world
from annolib.course.definitions import Exercise

SQUARE = Exercise("square", lambda x: x**2, lambda x: x * x, ((2,), (3,)))

CHANGES = {
    "np.seterr was changed": (lambda: np.seterr(all="ignore"), np.geterr),
    "np.set_printoptions was changed": (lambda: np.set_printoptions(precision=2), np.get_printoptions),
    "plt.rcParams was changed": (
        lambda: plt.rcParams.update({"lines.linewidth": 9}),
        lambda: dict(plt.rcParams),
    ),
    "os.environ was changed": (lambda: os.environ.update(SPOILT="1"), lambda: dict(os.environ)),
    "the working folder was changed": (lambda: os.chdir("/"), os.getcwd),
    "sys.path was changed": (lambda: sys.path.append("/nowhere"), lambda: list(sys.path)),
    "sys.setrecursionlimit was changed": (lambda: sys.setrecursionlimit(777), sys.getrecursionlimit),
    "numpy.mean was replaced": (lambda: setattr(np, "mean", max), lambda: np.mean),
    "numpy.random was replaced": (lambda: setattr(np, "random", 3), lambda: np.random),
    "math.exp was replaced": (lambda: delattr(math, "exp"), lambda: math.exp),
    "builtins.sum was replaced": (lambda: setattr(__import__("builtins"), "sum", max), lambda: sum),
    "DataFrame.mean was replaced": (lambda: setattr(pd.DataFrame, "mean", max), lambda: pd.DataFrame.mean),
    "checks.difference was replaced": (
        lambda: setattr(checks, "difference", lambda *_: ""),
        lambda: checks.difference,
    ),
    "annolib.second_best was replaced": (lambda: setattr(al, "second_best", None), lambda: al.second_best),
    "SelfConsistency.pass_probability was replaced": (
        lambda: setattr(al.SelfConsistency, "pass_probability", max),
        lambda: al.SelfConsistency.pass_probability,
    ),
}
SILENT = {
    "np.random": (lambda: np.random.seed(3), lambda: np.random.get_state()[1].tolist()),  # noqa: NPY002
    "random": (lambda: random.seed(3), random.getstate),
    "print": (lambda: setattr(sys, "stdout", None), lambda: sys.stdout),
    "figures": (lambda: plt.figure(), plt.get_fignums),
}


@pytest.mark.parametrize("words", CHANGES)
def test_a_change_is_put_back_and_told(words):
    change, look = CHANGES[words]

    def answer(x):
        change()
        return x * x

    judge(SQUARE, lambda x: x)  # all libraries that a check uses are known now
    before = look()
    outcome = judge(SQUARE, answer)
    assert look() == before
    assert outcome.state == RIGHT or "raised" in outcome.details[0]
    assert any(words in remark for remark in outcome.remarks), outcome.remarks


@pytest.mark.parametrize("name", SILENT)
def test_a_harmless_change_is_put_back_without_a_word(name):
    change, look = SILENT[name]
    before = look()
    outcome = judge(SQUARE, lambda x: (change(), x * x)[1])
    assert look() == before
    assert (outcome.state, outcome.remarks) == (RIGHT, ())


def test_a_function_replaced_before_the_check_does_not_bend_it(monkeypatch):
    judge(SQUARE, lambda x: x)
    monkeypatch.setattr(checks, "difference", lambda *_: "")
    outcome = judge(SQUARE, lambda x: -x)
    assert outcome.state == NOT_RIGHT
    assert "checks.difference had been replaced; the course's check put it back." in outcome.remarks[0]


def test_code_put_into_a_function_of_the_course_is_taken_out():
    honest = checks.difference.__code__

    def never(seen, expected, tolerance=1e-6):
        return ""

    checks.difference.__code__ = never.__code__
    try:
        assert judge(SQUARE, lambda x: -x).state == NOT_RIGHT
        assert checks.difference.__code__ is honest
    finally:
        checks.difference.__code__ = honest


def test_an_answer_that_changes_nothing_hears_nothing():
    with unchanged_world() as told:
        np.sqrt(2.0)
    assert told == [] and put_back() == []
