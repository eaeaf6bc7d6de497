"""second_best: the best contract of a class for n checks, with its certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module

import numpy as np

from annolib.agency.problem import first_best
from annolib.contracts.incentives.pass_law import PassLaw
from annolib.contracts.results import NoBestContract, SecondBest, SecondBests
from annolib.validation import whole


class _AsInProblem:
    def __repr__(self):
        return "the problem's floor"


AS_IN_PROBLEM = _AsInProblem()
FAMILIES = {  # name: where its solver is, imported when it is first used
    "flat": "incentives.certificates:flat_best",
    "binary": "threshold.solve:binary_best",
    "linear": "linear.solve:linear_best",
    "tiered": "tiered.solve:tiered_best",
    "optimal": "optimal.solve:optimal_best",
}
TOGETHER = {  # name: solver for several numbers of checks at once, (problem, evidence, numbers, best)
    "binary": "threshold.solve:binary_bests",
    "linear": "linear.solve:linear_bests",  # worth it without a floor
}
AGAIN = {"binary": "tiered.solve:looked_at_again"}  # name: another proof for what is left open
_BLOCK = 32  # numbers of checks at once
OTHERS = {
    # What is not a number of checks of a monitor of an agent whose efforts fill [0, 1], in the order in which it is looked for: a class of
    # the problem or of the evidence, or one of the words of `_kind`. Its solver takes (problem, evidence, n, family, tiers=…, ask=…), with
    # n as it was given; `ask` is `second_best` for the problem it has become, and it hands back a SecondBest, or one for each n.
    "MonitorRange": "robust.solve:robust_best",
    "MonitorPrior": "robust.solve:robust_best",
    "AgentRange": "robust.solve:robust_best",
    "AgentTypes": "robust.solve:robust_best",
    "Joint": "joint.solve:joint_best",
    "Outcomes": "discrete.outcomes:outcomes_best",
    "finitely many efforts": "discrete.solve:discrete_best",
    "PassCurve": "variants.curves:curve_best",
    "another largest effort": "variants.stretched:stretched_best",
    "cost in money": "variants.money:money_best",
}
HELD = {
    "linear": (),
    "tiered": (),  # it starts from the best binary contract
    "optimal": ("binary", "linear"),
}  # classes within a class, beside flat pay


def second_best(
    problem, monitor, n=None, family=None, *, floor=AS_IN_PROBLEM, cap=None, tiers=None, progress=False
) -> SecondBest | SecondBests:
    """The most profitable contract of a class when effort is only seen through n checks.

    Parameters
    ----------
    problem : Problem, AgentRange or AgentTypes
        Efforts fill [0, 1], or [0, effort_max], or are the finitely many of `Problem.with_efforts`. The last two where the firm
        does not know the agent: the answer is then a `RobustPay`.
    monitor : Monitor, PassCurve, Outcomes, Joint, MonitorRange or MonitorPrior
        What one check is, e.g. `SelfConsistency(kappa=0.15)`; or a matrix of outcomes by actions; or two kinds of checks. The last
        two where the agent knows the strength and the firm does not: a `RobustPay`, the best in the worst case or on average.
    n : int or array_like of int
        Number of checks, at least 1; for several, one result each; a pair for `Joint`. Required, but for `Outcomes`, which are drawn
        once unless n says otherwise.
    family : {"flat", "binary", "linear", "tiered", "optimal"}
        Required.
        "linear" is cut at the floor if there is one. "tiered" takes the number of thresholds as `tiers`; "tiered(3)" says the
        same.
    floor : float or None
        Instead of the problem's floor; None for none.
    cap : float, optional
        The highest wage that may be paid: at least the floor and what the outside option is worth.
    progress : bool
        Show a progress bar over the values of n.

    Returns
    -------
    SecondBest, or SecondBests for several n. Every class holds flat pay, which is the answer where nothing better pays.

    Raises
    ------
    NoBestContract
        Threshold pay without a floor, where its best fine would be all but never applied (Mirrlees; with few checks there is an
        answer, whose message names the fine); optimal pay without a floor where punishments grow without limit: the message
        explains.

    Examples
    --------
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> pay = second_best(problem, al.SelfConsistency(kappa=0.15), n=1000, family="binary")
    >>> print(pay.contract.threshold, f"{pay.gap:.8e}")
    559 1.20136607e-03
    """
    if not isinstance(floor, _AsInProblem):
        problem = problem.with_floor(floor)
    family, tiers = _named(family, tiers)
    if cap is not None:
        ask = partial(second_best, tiers=tiers)
        return _signed(_imported("joint.capped:capped_best")(problem, monitor, n, family, cap, ask), monitor)
    kind = _kind(problem, monitor)
    if kind is not None:
        how = {"tiers": tiers, "ask": partial(second_best, progress=progress)}
        return _signed(_imported(OTHERS[kind])(problem, monitor, n, family, **how), monitor)
    evidence = PassLaw.from_monitor(monitor)
    best = first_best(problem)
    solver = partial(_best_of, family, **({} if tiers is None else {"tiers": tiers}))
    together = None
    if evidence.gain == 0:
        no_news = "these checks say nothing about effort: only flat pay is left"
        solver = partial(_imported(FAMILIES["flat"]), message=no_news)
    elif family in TOGETHER and (family != "linear" or problem.floor is None):

        def together(numbers):
            found = _imported(TOGETHER[family])(problem, evidence, numbers, best)
            found = [
                _again(family, problem, evidence, n, best, one) for n, one in zip(numbers, found, strict=True)
            ]
            return [one if one.converged else _bounded(one) for one in found]

    return _signed(
        for_each(n, lambda x: solver(problem, evidence, x, best), family, progress, together), monitor
    )


def _signed(found, monitor):
    """The result, or each of several, with the evidence it was asked for."""
    if isinstance(found, SecondBests):
        return SecondBests(tuple(_signed(one, monitor) for one in found.results))
    return (
        replace(found, evidence=monitor) if hasattr(found, "evidence") and found.evidence is None else found
    )


def for_each(n, solve, family, progress=False, together=None):
    """`solve` for one n, or for each of several with a progress bar; where there is a solver for several `together`, by it."""
    checks = whole("n", n, 1, "Give the number of checks.")
    if checks.ndim == 0:
        return solve(int(checks))
    numbers = [int(x) for x in checks.ravel()]
    block = 1 if together is None else _BLOCK
    blocks = [numbers[i : i + block] for i in range(0, len(numbers), block)]
    if progress:
        from tqdm.auto import tqdm

        blocks = tqdm(blocks, desc=f"{family}, n", leave=False)
    found = [[solve(x) for x in some] if together is None else together(some) for some in blocks]
    return SecondBests(tuple(one for some in found for one in some))


def discrete_actions(
    problem, monitor, n, efforts, family, *, floor=AS_IN_PROBLEM, tiers=None
) -> SecondBest | SecondBests:
    """The best contract of a class for an agent who can only choose among finitely many efforts.

    Short for `second_best(problem.with_efforts(efforts), monitor, n, family)`. With few efforts the gap to the first best falls like
    e^(−En); with a grid so fine that neighbours can hardly be told apart it falls as with a continuum, like 1/√(n log n) for threshold pay.

    Parameters
    ----------
    efforts : sequence of float
        Increasing, two or more, in [0, effort_max].
    problem, monitor, n, family, floor, tiers
        As for `second_best`.

    Returns
    -------
    SecondBest, or SecondBests for several n; `log_gap` keeps its digits where the gap is far below 1e-16.

    References
    ----------
    M. Frick, R. Iijima, Y. Ishii, "Monitoring with Rich Data", arXiv:2312.16789.

    Examples
    --------
    >>> import numpy as np
    >>> import annolib as al
    >>> problem = al.Problem(al.CARA(1.0), al.PowerCost(0.5, 2), value=lambda e: 0.6 * e * (2 - e), floor=0.0)
    >>> levels = np.linspace(0, al.first_best(problem).effort, 9)
    >>> pay = discrete_actions(problem, al.SelfConsistency(kappa=0.15), [1000, 10_000], levels, "binary")
    >>> [f"{gap:.7e}" for gap in pay.gap]
    ['5.1666655e-04', '5.0141687e-08']
    """
    return second_best(problem.with_efforts(efforts), monitor, n, family, floor=floor, tiers=tiers)


def _kind(problem, evidence):
    """Which of `OTHERS` this is; None for a monitor's checks of an agent whose efforts fill [0, 1]."""
    classes = {one.__name__ for thing in (problem, evidence) for one in type(thing).__mro__}
    if getattr(problem, "efforts", None) is not None:
        classes.add("finitely many efforts")
    if getattr(problem, "in_money", False):
        classes.add("cost in money")
    if getattr(problem, "effort_max", 1.0) != 1:
        classes.add("another largest effort")
    return next((kind for kind in OTHERS if kind in classes), None)


def _named(family, tiers):
    """The family by its name, and the number of thresholds or None; checked."""
    if isinstance(family, str) and family.startswith("tiered(") and family[7:-1].isdigit():
        family, tiers = "tiered", int(family[7:-1])
    if family == "tiered":
        if tiers is None or np.ndim(tiers) != 0 or int(whole("tiers", tiers, 1)) < 1:
            raise ValueError(
                f"tiers must be the number of thresholds, at least 1; saw {tiers!r}. Say tiers=3."
            )
        return family, int(tiers)
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {tuple(FAMILIES)}; saw {family!r}.")
    if tiers is not None:
        raise ValueError(f"tiers belongs to family='tiered'; saw family={family!r}.")
    return family, None


def _imported(place):
    module, name = place.split(":")
    return getattr(import_module(f"annolib.contracts.{module}"), name)


def _again(family, problem, evidence, n, best, found):
    """A result that is left open, after another proof if there is one."""
    if found.converged or family not in AGAIN:
        return found
    return _imported(AGAIN[family])(problem, evidence, n, best, found)


def _best_of(family, problem, evidence, n, best, **how):
    """What the solver of the family finds; where it leaves anything open, no less than the best of the classes within it."""
    found = _again(
        family, problem, evidence, n, best, _imported(FAMILIES[family])(problem, evidence, n, best, **how)
    )
    if found.converged:
        return found
    for name in HELD.get(family, ()):
        try:
            other = _imported(FAMILIES[name])(problem, evidence, n, best)
        except NoBestContract:
            continue
        if other.gap < found.gap and other.certificate.gain_bound < 1e-9:
            message = f"{found.message}; the best known is a {other.family} contract"
            left = _left(other, found.suboptimality - (found.gap - other.gap))
            found = replace(other, family=family, converged=False, message=message, suboptimality=left)
    return _bounded(found)


def _bounded(pay):
    """The result with a bound no larger than its gap."""
    return replace(pay, suboptimality=_left(pay, pay.suboptimality))


def _left(pay, bound):
    """What others may earn more at most: the bound, and no more than what the first best does. That alone where there is no bound, or a wrong one."""
    return bound if 0 <= bound <= pay.gap else pay.gap
