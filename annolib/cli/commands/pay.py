"""`annolib pay`: the best contract of a class for numbers that are stated."""

from __future__ import annotations

from annolib.cli.checks import add_known_checks, make_monitor
from annolib.cli.output import add_json, print_json, print_text

HELP = "say which pay makes care worth its while, for numbers that you state (from a table: annolib design)"
EXAMPLES = (
    "annolib pay --checks 1000 --full-care 0.8 --cost 0.5 --value 0.6 --aversion 1",
    "annolib pay --checks 100 --full-care 0.9 --cost 0.2 --value 1 --aversion 0.5 --family linear --json",
)
FAMILIES = ("binary", "linear", "tiered", "optimal", "flat")


def add_arguments(parser):
    add_known_checks(parser)
    parser.add_argument(
        "--checks", type=int, required=True, metavar="N", help="the number of checks that pay rests on"
    )
    parser.add_argument(
        "--cost",
        type=float,
        required=True,
        metavar="C",
        help="full care costs the annotator C (effort e costs C times e to --power)",
    )
    parser.add_argument(
        "--power", type=float, default=2.0, metavar="P", help="how the cost rises with effort (default: 2)"
    )
    parser.add_argument(
        "--value", type=float, required=True, metavar="V",
        help="full care is worth V to you; effort e is worth V·e·(2 − e), or V·e with --steady",
    )  # fmt: skip
    parser.add_argument("--steady", action="store_true", help="every bit of effort is worth the same")
    parser.add_argument(
        "--aversion", type=float, default=1.0, metavar="A",
        help="how much the annotator dislikes risk: −exp(−A·pay) is what pay is worth; 0 for not at all (default: 1)",
    )  # fmt: skip
    floor = parser.add_mutually_exclusive_group()
    floor.add_argument(
        "--floor", type=float, default=0.0, metavar="PAY", help="the least pay that is allowed (default: 0)"
    )
    floor.add_argument(
        "--no-floor", action="store_const", const=None, dest="floor", help="pay may be negative without limit"
    )
    parser.add_argument(
        "--outside",
        type=float,
        default=0.0,
        metavar="U",
        help="what the annotator gets elsewhere (default: 0)",
    )
    parser.add_argument(
        "--family", choices=FAMILIES, default="binary", help="the kind of contract (default: binary)"
    )
    parser.add_argument("--tiers", type=int, metavar="K", help="thresholds of --family tiered")
    add_json(parser)


def run(chosen):
    """Print the contract; returns 0."""
    from annolib import CARA, PowerCost, Problem, RiskNeutral, second_best

    monitor = make_monitor(chosen.check, chosen.labels, chosen.full_care)
    utility = CARA(chosen.aversion) if chosen.aversion else RiskNeutral()
    value = (lambda e: chosen.value * e) if chosen.steady else (lambda e: chosen.value * e * (2 - e))
    problem = Problem(
        utility, PowerCost(chosen.cost, chosen.power), value=value, outside=chosen.outside, floor=chosen.floor
    )
    pay = second_best(problem, monitor, chosen.checks, chosen.family, tiers=chosen.tiers)
    if chosen.json:
        print_json(record(pay))
    else:
        print_text(*words(pay))
    return 0


def record(pay):
    """A second best as numbers and words for JSON."""
    names = (
        "family",
        "n",
        "effort",
        "profit",
        "gap",
        "rent",
        "expected_wage",
        "binding",
        "converged",
        "message",
    )
    record = {name: getattr(pay, name) for name in (*names, "suboptimality")}
    checks = sorted({round(share * pay.n / 10) for share in range(11)})
    wages = [{"passes": count, "wage": pay.contract.wage(count)} for count in checks]
    return record | {"contract": repr(pay.contract), "clause": clause(pay.contract), "wages": wages}


def words(pay):
    """A second best in lines for a terminal."""
    yield clause(pay.contract)
    yield f"It buys an effort of {pay.effort:.3f} for {pay.expected_wage:.4g} on average; your profit is {pay.profit:.4g}."
    yield f"That is {pay.gap:.3g} less than if effort could be seen."
    yield repr(pay.certificate)
    if pay.message:
        yield f"How it was found: {pay.message}"


def clause(contract):
    """What is paid for how many passes, in a sentence.

    Examples
    --------
    >>> from annolib.contracts.forms import Binary, Flat, Linear, Tiered
    >>> clause(Binary(6, 0.0, 1.5, n=10)), clause(Flat(2.0, n=10))
    ('Pay 1.5 if at least 6 of 10 checks pass, else 0.', 'Pay 2, whatever the 10 checks say.')
    >>> clause(Tiered((3, 7), (0.0, 1.0, 2.0), n=10))
    'Of 10 checks: pay 0; 1 from 3 on that pass; 2 from 7 on that pass.'
    >>> clause(Linear(-0.5, 2.0, 0.0, n=10))
    'Pay 0.2 for each of 10 checks that passes, less 0.5 in all, and never less than 0.'
    """
    n, passes = contract.n, "pass" if contract.counts == "passes" else "fail"
    kind = type(contract).__name__
    if kind == "Flat":
        return f"Pay {contract.pay:.4g}, whatever the {n:,} checks say."
    if kind == "Binary":
        return f"Pay {contract.high:.4g} if at least {contract.threshold:,} of {n:,} checks {passes}, else {contract.low:.4g}."
    if kind == "Linear":
        end = "es" if passes == "pass" else "s"
        each, side = contract.slope / n, "less" if contract.base < 0 else "and"
        floor = "" if contract.floor is None else f", and never less than {contract.floor:.4g}"
        base = f", {side} {abs(contract.base):.4g} {'in all' if contract.base < 0 else 'for all'}"
        return f"Pay {each:.4g} for each of {n:,} checks that {passes}{end}{base}{floor}."
    if kind == "Tiered":
        steps = "; ".join(
            f"{wage:.4g} from {count:,} on that {passes}"
            for count, wage in zip(contract.thresholds, contract.wages[1:], strict=True)
        )
        return f"Of {n:,} checks: pay {contract.wages[0]:.4g}; {steps}."
    some = sorted({round(share * n / 4) for share in range(5)})
    wages = ", ".join(f"{contract.wage(count):.4g} for {count:,}" for count in some)
    return f"Pay by the number of {n:,} checks that {passes}, among others {wages}."
