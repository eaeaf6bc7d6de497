"""Best answers to contracts on two kinds of checks, against dense grids of efforts."""

import numpy as np
import pytest

import annolib as al
from annolib.agency.reference import reference_problem
from annolib.contracts.joint.answers import best_joint_answer
from annolib.contracts.joint.family import JointLaw

BOTH = al.Joint(al.SelfConsistency(0.15), al.Golden())
CONTRACTS = [
    al.contracts.JointLinear(-0.4, (0.3, 0.6), None, (20, 15)),
    al.contracts.JointLinear(-0.4, (0.3, 0.6), 0.0, (20, 15)),
    al.contracts.JointBinary((1.0, 2.0), 34.5, 0.0, 0.4, (20, 15)),
    al.contracts.JointFlat(0.2, (20, 15)),
]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: type(one).__name__)
def test_no_effort_of_a_fine_grid_is_better(contract):
    problem = reference_problem()
    effort, payoff, bound, wage = best_joint_answer(problem, BOTH, contract)
    law, grid = JointLaw.of(BOTH, contract.n), np.linspace(0, 1, 2001)
    table = contract.wage(np.arange(21)[:, None], np.arange(16))
    others = law.expected(problem.utility.utility(table), grid, 0)[0] - problem.cost.cost(grid)
    assert others.max() <= bound + 1e-13 and payoff == pytest.approx(others.max(), abs=1e-6)
    assert wage == pytest.approx(float(law.expected(table, np.array([effort]), 0)[0, 0]), abs=1e-12)


def test_a_wage_that_is_not_known_and_too_many_counts():
    log = al.Problem(al.CRRA(1), al.PowerCost(0.3, 2), value=lambda e: 1.2 * e * (2 - e), outside=0.0)
    with pytest.raises(ValueError, match="a wage that CRRA.* does not know"):
        best_joint_answer(log, BOTH, al.contracts.JointFlat(-0.5, (3, 3)))
    with pytest.raises(ValueError, match="more than 30,000,000 pairs"):
        best_joint_answer(log, BOTH, al.contracts.JointFlat(0.5, (30_000, 30_000)))
