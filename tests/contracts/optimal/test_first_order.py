"""What the first-order approach misses."""

import annolib as al
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.optimal.family import AnyWage


def test_the_first_order_approach_is_wrong_here(reference):
    problem, monitor = reference
    best = al.first_best(problem)
    family = AnyWage(problem, PassLaw.from_monitor(monitor), 1000, best)
    alone = family.implement(best.effort, (), search=False)
    assert f"{alone.gap:.3e}" == "4.476e-04"
    other, gain = family.best_other(alone.pay, best.effort)
    assert other < 1e-6 and f"{gain:.4f}" == "0.0056"
    pay = al.second_best(problem, monitor, 1000, "optimal")
    assert alone.gap < 0.75 * pay.gap
    assert pay.contract.deviations and max(pay.contract.deviations) < 1e-6
    assert pay.certificate.suboptimality < 1e-11 and pay.certificate.gain_bound < 1e-11
