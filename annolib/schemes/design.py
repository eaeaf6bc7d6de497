"""From an audit to a pay plan: the checks, the contract, the worst case, the words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import binom

from annolib.agency.costs import ConvexCost, PowerCost
from annolib.agency.problem import Problem
from annolib.agency.utilities import CARA, Utility
from annolib.auditing.report import Audit, audit
from annolib.contracts.best_answers import best_answer
from annolib.contracts.forms import Binary, Flat, Tiered
from annolib.schemes.clauses import clause, for_checks, in_cents
from annolib.schemes.kinds import priced
from annolib.schemes.plan import PayPlan, earnings
from annolib.schemes.search import best_option
from annolib.schemes.what_if import by_checks, cost_of_error
from annolib.validation import whole, within

FAMILIES = ("binary", "linear", "tiered")
_SHOWN = np.linspace(0, 1, 5)


def design_pay(
    crowd,
    *,
    value,
    cost,
    prices,
    floor=0.0,
    outside=0.0,
    deposit=0.0,
    margin=0.0,
    utility=None,
    monitors=None,
    families=("binary", "linear"),
    checks=None,
    most=2_000,
    monitor=None,
    currency="",
    progress=True,
    **audited,
) -> PayPlan:
    """How many checks of which kind, which contract, what it leaves in the worst case, and the clause in words.

    Everything is money per batch, in one unit: that of the prices. The agent's model is that of `Problem`; what it takes for
    known stands in `assumptions`, with how to learn it, and `errors` says what a mistake costs.

    Parameters
    ----------
    crowd : Audit, or any table that `annolib.audit` reads
        Where the strength of the checks comes from: the range that the audit allows for. A table is audited with
        `monitor` and the further arguments of `annolib.audit`, such as strength="pool", trusted=[…].
    value : float or callable
        What a batch is worth at effort η, in money: V(η), increasing and concave on [0, 1]. A number is V(1) with V linear.
    cost : float, PowerCost or ConvexCost
        What effort costs. A number is the raise for which somebody would just read everything rather than click, in
        money at the pay elsewhere; then c(η) = (u(outside + cost) − u(outside))·η².
    prices : float or dict of str to float
        Of one check, in money; by kind, if several are on offer ("repeat" or "expert" is the audit's own).
    floor : float
        The lowest pay of a batch.
    outside : float
        What the same time earns elsewhere, in money.
    deposit : float
        The most that annotators may be asked to lay down for a batch; it lowers the floor.
    margin : float
        What people are to have above the pay elsewhere at the least, in money. With 0 the plan has no slack: if anything is a
        little dearer than stated they refuse (see `errors`), so give some. It does not save a threshold whose bonus is too
        small for a dearer agent: for that state a higher `cost`.
    utility : CARA, CRRA or RiskNeutral, optional
        The taste for money. If left out: CARA with aversion 1/(outside + cost), relative risk aversion 1 at about the pay
        of a careful batch; it is listed among the assumptions.
    monitors : dict of str to Monitor or MonitorRange, optional
        What a check of the other kinds in `prices` is, such as {"golden": al.GoldenLabels(0.5)}.
    families : sequence of {"binary", "linear", "tiered"}
        Classes of contracts that may be written; "tiered" has two thresholds.
    checks : int, optional
        The number of checks a batch, if it is not to be chosen.
    most : int
        The largest number that may be chosen.
    monitor, **audited
        For a table: as in `annolib.audit`.
    currency : str
        Written behind amounts in the clause.
    progress : bool
        Show a progress bar over the numbers of checks that are tried.

    Returns
    -------
    PayPlan

    Raises
    ------
    TypeError, ValueError
        An argument of the wrong kind or out of range; an audit that allows for checks that say nothing.

    Notes
    -----
    Information adds up over checks, so all the money goes to the kind that tells most for its price at the weakest strength;
    `options` holds the others beside it. What is left is the worst case over the strengths of the audit (robust pay, see
    `MonitorRange`); a range that is too wide for any contract ends in flat pay, and then trusted people who do some repeats
    narrow it. The number of checks is found by climbing: a tenth more or less gains nothing.
    Somebody who follows a rule is neither careful nor random and no contract here sees it: read the reasons of the audit.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(0.6), strength=0.6)
    >>> plan = design_pay(audit, value=60, cost=15, prices=0.2, outside=20, checks=40, families=("binary",), progress=False)
    >>> plan.kind.name, plan.checks, plan.family
    ('repeat', 40, 'binary')
    """
    report = _audited(crowd, monitor, audited)
    kinds = priced(report, prices, monitors)
    amounts = {"floor": floor, "outside": outside, "deposit": deposit, "margin": margin}
    floor, outside, deposit, margin = (_amount(name, given) for name, given in amounts.items())
    for name, amount in (("deposit", deposit), ("margin", margin)):
        if amount < 0:
            raise ValueError(f"{name} must not be negative; saw {amount:g}. Give 0 for none.")
    families = _families(families)
    most = int(whole("most", most, 1, "It is the largest number of checks a batch."))
    fixed = None if checks is None else int(whole("checks", checks, 1, "It is the number of checks a batch."))
    problem, assumed = _problem(value, cost, floor - deposit, outside, utility)
    safe = replace(problem, outside=float(problem.utility.utility(outside + margin)))

    found = []
    with _bar(progress, len(kinds) * len(families)) as tried:
        for kind in kinds:
            start = None
            for family in families:
                option = best_option(safe, kind, family, most, fixed, tried, start)
                if option is not None:
                    start = option.checks
                    found.append(option)
    if not found:
        raise ValueError(
            f"families: no contract of {', '.join(families)} exists for these numbers. Give a floor, or add 'linear'."
        )
    best = max(found, key=lambda option: option.net)
    return _plan(report, problem, best, found, deposit, margin, currency, assumed)


def _plan(report, problem, best, found, deposit, margin, currency, assumed):
    flat = best.pay.family == "flat"
    kind, n = best.kind, best.checks
    contract = in_cents(best.pay.contract, problem.utility)
    strengths = _strengths(problem, kind, contract)
    frame = report.to_frame()
    people = frame[frame["checks"] > 0]["checks"]
    counts = sorted({n, *(int(people.quantile(q)) for q in (0.1, 0.5, 0.9))}) if len(people) else [n]
    return PayPlan(
        problem=problem,
        kind=kind,
        checks=0 if flat else n,
        family=best.pay.family,
        contract=contract,
        pay=best.pay,
        net=min(float(best.pay.profit), float(strengths["profit"].min())) - (0.0 if flat else kind.price * n),
        margin=margin,
        deposit=0.0 if flat else deposit,
        clause=clause(contract, kind.name, lambda amount: _money(amount, currency), 0.0 if flat else deposit),
        notice=_notice(problem, kind, contract, currency, 0.0 if flat else deposit),
        options=_options(found),
        strengths=strengths,
        errors=cost_of_error(problem, kind, contract, best.family),
        by_checks=by_checks(problem, kind, contract, counts, for_checks),
        earnings=earnings(frame, contract),
        assumptions=_assumptions(assumed, kind, problem),
    )


def _audited(crowd, monitor, audited):
    if isinstance(crowd, Audit):
        if monitor is not None or audited:
            raise TypeError(
                f"crowd is an audit already; saw also {sorted(audited) + ['monitor'] * (monitor is not None)}. Leave them out."
            )
        return crowd
    if monitor is None:
        raise TypeError(
            "monitor must say what a check of the table is, such as al.SelfConsistencyLabels(2 / 3); or give an audit."
        )
    return audit(crowd, monitor, **audited)


def _problem(value, cost, floor, outside, utility):
    """The problem, and what it assumes: a list of (what, value, how to learn it)."""
    given = {
        "value": not callable(value),
        "cost": not isinstance(cost, PowerCost | ConvexCost),
        "utility": utility is None,
    }
    if given["value"]:
        worth = _amount("value", value)
        value = lambda effort: worth * effort  # noqa: E731
    if given["cost"]:
        raise_ = _amount("cost", cost)
        if raise_ <= 0:
            raise ValueError(f"cost must be above 0: what full effort costs; saw {cost!r}.")
    if utility is None:
        scale = outside + (raise_ if given["cost"] else abs(float(value(1.0)) - float(value(0.0))))
        if scale <= 0:
            raise ValueError(
                "utility must be given where outside and cost are no positive amounts, such as al.CARA(0.05)."
            )
        utility = CARA(1 / scale)
    if not isinstance(utility, Utility):
        raise TypeError(f"utility must be CARA, CRRA or RiskNeutral; saw {utility!r}.")
    reservation = float(utility.utility(outside))
    if given["cost"]:
        cost = PowerCost(float(utility.utility(outside + raise_)) - reservation, 2)
    problem = Problem(utility, cost, value, outside=reservation, floor=floor)
    two_levels = "pay some people more and some less for a month: al.estimate_cost gives cost and risk aversion from both"
    tied = f"{two_levels}, at the strength that it is told: if that is wrong, so is this (errors has both together)"
    rows = [
        ("value of a batch", f"{float(value(1.0)):.4g} at full effort, {float(value(0.0)):.4g} at none",
         "train on labels of known effort: lesson 03, al.reward.label_worth"),
        ("cost of effort", f"{raise_:g} in money for full effort, rising with its square" if given["cost"] else repr(cost), tied),
        ("taste for money", _taste(utility) + (", taken for want of better" if given["utility"] else ""), two_levels),
        ("pay elsewhere", f"{outside:.4g}", "the least for which people still come"),
    ]  # fmt: skip
    return problem, rows


def _taste(utility):
    """A utility in words, its number with a few digits."""
    if isinstance(utility, CARA):
        return f"constant absolute risk aversion {utility.aversion:.3g}"
    return repr(utility)


def _assumptions(rows, kind, problem):
    low, high = kind.weakest, kind.strongest
    ends = f"{low.ceiling:.0%}" if low == high else f"{low.ceiling:.0%} to {high.ceiling:.0%}"
    strength = f"full care passes {ends} of the {kind.name} checks"
    rows = [
        *rows,
        ("strength of the checks", f"{strength}; {kind.source}",
         "let people whom you trust do repeats: four times as many halve the range"),
        ("independent checks", "one pair an item, far apart, sides swapped in half", "the design of the batch; lesson 07"),
        ("no rule, no copying", "people judge or click at random", "five ways to game checks: lesson 07, al.gaming_table"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["assumed", "as", "how to learn it"]).set_index("assumed")


def _notice(problem, kind, contract, currency, deposit):
    """What annotators should know: what care brings and what clicking does, and how much of it is luck."""
    if isinstance(contract, Flat):
        return "The pay does not depend on the checks."
    monitor = kind.at([0.5])[0]
    efforts = (best_answer(problem, monitor, contract).effort, 0.0)
    care, none = (float(monitor.pass_probability(effort)) for effort in efforts)
    if not isinstance(contract, Binary | Tiered):
        pays = [_mean_and_spread(contract, q) for q in (care, none)]
        paid = [_money(mean + deposit, currency) for mean, _ in pays]
        return (
            f"Every check counts the same. With the care that the pay is meant for, {_of_100(care)} of 100 checks pass and a batch pays "
            f"{paid[0]} on average; who clicks at random passes {_of_100(none)} and gets {paid[1]}. Luck moves the pay of one batch "
            f"by about {_money(pays[0][1], currency)} up or down."
        )
    tiered = isinstance(contract, Tiered)
    threshold = contract.thresholds[0] if tiered else contract.threshold
    chances = [_of_100(float(_reaches(contract, threshold, q))) for q in (care, none)]
    return (
        f"With the care that the pay is meant for, the {'first ' if tiered else ''}bonus comes in {chances[0]} "
        f"of 100 batches; who clicks at random gets it in {chances[1]}. Luck plays a part, and one batch proves nothing."
    )


def _of_100(chance):
    """A chance as so many of 100; what is nearly none or nearly all is not rounded away.

    >>> [_of_100(chance) for chance in (0.0, 0.001, 0.873, 0.998)]
    ['0', 'fewer than 1', '87', 'more than 99']
    """
    if 0 < chance < 0.005:
        return "fewer than 1"
    return "more than 99" if 0.995 < chance < 1 else f"{100 * chance:.0f}"


def _mean_and_spread(contract, q):
    """Mean and standard deviation of the pay of a batch when a check passes with probability q."""
    k = np.arange(contract.n + 1)
    law, wages = binom.pmf(k, contract.n, q), contract.wage(k)
    mean = float(law @ wages)
    return mean, float(np.sqrt(law @ (wages - mean) ** 2))


def _reaches(contract, threshold, q):
    q = q if contract.counts == "passes" else 1 - q
    return binom.sf(threshold - 1, contract.n, q)


def _strengths(problem, kind, contract):
    rows = {}
    monitors = kind.at(_SHOWN)
    for monitor in monitors:
        answer = best_answer(problem, monitor, contract)
        rows[f"{monitor.ceiling:.1%}"] = (answer.effort, answer.profit, answer.rent, answer.expected_wage)
    frame = pd.DataFrame.from_dict(rows, "index", columns=["effort", "profit", "rent", "expected_wage"])
    return frame.rename_axis("full care passes")


def _options(found):
    rows = [
        (
            one.kind.name,
            one.family,
            one.checks,
            one.net,
            float(one.pay.profit),
            one.kind.price * one.checks,
            one.pay.message,
        )
        for one in found
    ]
    columns = ["kind", "contract", "checks", "net", "before checks", "price of checks", "message"]
    return pd.DataFrame(rows, columns=columns).sort_values("net", ascending=False, ignore_index=True)


def _families(families):
    given = (families,) if isinstance(families, str) else tuple(families)
    strange = [family for family in given if family not in FAMILIES]
    if strange or not given:
        raise ValueError(f"families must be some of {FAMILIES}; saw {families!r}.")
    return given


def _amount(name, given):
    number = within(name, given, -np.inf, np.inf, "It is an amount of money per batch.")
    if number.ndim != 0 or not np.isfinite(number):
        raise ValueError(f"{name} must be one finite number, money per batch; saw {given!r}.")
    return float(number)


def _money(amount, currency):
    return f"{amount:.2f} {currency}".rstrip()


class _bar:
    """A progress bar that counts the numbers of checks that are tried."""

    def __init__(self, shown, searches):
        self.shown, self.searches = shown, searches

    def __enter__(self):
        if not self.shown:
            return lambda: None
        from tqdm.auto import tqdm

        self.bar = tqdm(desc=f"numbers of checks, {self.searches} searches", unit="tried", leave=False)
        return self.bar.update

    def __exit__(self, *_):
        if self.shown:
            self.bar.close()
