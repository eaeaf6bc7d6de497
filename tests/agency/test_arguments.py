"""Problems and costs are pickled as what they were made from."""

import copy
import pickle

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem, reference_value


def test_a_problem_of_named_functions_comes_back():
    for problem in (
        reference_problem(),
        reference_problem(floor=None),
        reference_problem().with_efforts([0, 0.5, 1]),
    ):
        again = pickle.loads(pickle.dumps(problem))
        assert again == problem and al.first_best(again) == al.first_best(problem)
    cost = al.ConvexCost(np.square, _twice)
    assert pickle.loads(pickle.dumps(cost)).cost(0.3) == cost.cost(0.3)
    assert copy.deepcopy(cost) is cost is copy.copy(cost)


def _twice(effort):
    return 2 * np.asarray(effort)


def test_a_lambda_is_named_and_the_way_out_is_told():
    problem = al.Problem(al.CARA(1), al.PowerCost(0.5), value=lambda e: e)
    with pytest.raises(
        pickle.PicklingError,
        match="value of Problem must be found by its name.*def at the top level.*cloudpickle",
    ):
        pickle.dumps(problem)
    named = al.Problem(al.CARA(1), al.PowerCost(0.5), value=reference_value)  # what it says to do
    assert pickle.loads(pickle.dumps(named)) == named
    assert copy.deepcopy(problem) is problem
