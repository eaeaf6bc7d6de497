"""`annolib design`: from a file to a pay plan for the people in it."""

from __future__ import annotations

from pathlib import Path

from annolib.cli.commands.audit import add_judging, ending, read_and_judge
from annolib.cli.output import add_json, print_json, print_text, progress
from annolib.cli.reading import add_reading

HELP = "from a table to a pay plan: how many checks, which contract, in which words"
EXAMPLES = (
    "annolib design judgements.csv --full-care 0.85:0.9 --value 60 --cost 15 --price 0.2 --outside 20 --most 40",
    "annolib design judgements.csv --trusted ann bob --value 60 --cost 15 --price 0.2 --outside 20 --checks 30 --report pay.html",
)
FAMILIES = ("binary", "linear", "tiered")


def add_arguments(parser):
    add_reading(parser)
    add_judging(parser)
    parser.add_argument(
        "--value",
        type=float,
        required=True,
        metavar="V",
        help="a batch done with full care is worth V to you (all money is per batch)",
    )
    parser.add_argument(
        "--cost",
        type=float,
        required=True,
        metavar="C",
        help="the raise for which people would just read everything rather than click",
    )
    parser.add_argument("--price", type=float, required=True, metavar="P", help="what one check costs you")
    parser.add_argument(
        "--outside",
        type=float,
        default=0.0,
        metavar="PAY",
        help="what the same time earns elsewhere (default: 0)",
    )
    parser.add_argument(
        "--floor", type=float, default=0.0, metavar="PAY", help="the least that a batch may pay (default: 0)"
    )
    parser.add_argument(
        "--deposit",
        type=float,
        default=0.0,
        metavar="D",
        help="the most that people may be asked to lay down (default: 0)",
    )
    parser.add_argument(
        "--margin", type=float, default=0.0, metavar="M",
        help="what people are to have above the pay elsewhere, so that they do not refuse if you are a little wrong (default: 0)",
    )  # fmt: skip
    parser.add_argument(
        "--families",
        nargs="+",
        choices=FAMILIES,
        default=["binary", "linear"],
        help="kinds of contracts (default: binary linear)",
    )
    parser.add_argument(
        "--checks", type=int, metavar="N", help="the number of checks a batch, if it is not to be chosen"
    )
    parser.add_argument(
        "--most",
        type=int,
        default=2_000,
        metavar="N",
        help="the largest number that may be chosen (default: 2000)",
    )
    parser.add_argument("--currency", default="", metavar="NAME", help="written behind amounts: euros")
    parser.add_argument(
        "--report", metavar="FILE.html", type=ending(".html", ".htm"), help="write audit and plan, one page"
    )
    parser.add_argument(
        "--csv", metavar="FILE.csv", type=ending(".csv"), help="write what each annotator would have got"
    )
    add_json(parser)


def run(chosen):
    """Design, write what is asked for, print the plan; returns 0."""
    from annolib import design_pay
    from annolib.reports.spreadsheets import to_csv

    with progress(3 + bool(chosen.report)) as begin:
        audit, said = read_and_judge(chosen, begin)
        begin("designing the pay")
        plan = design_pay(
            audit, value=chosen.value, cost=chosen.cost, prices=chosen.price, floor=chosen.floor, outside=chosen.outside,
            deposit=chosen.deposit, margin=chosen.margin, families=chosen.families, checks=chosen.checks, most=chosen.most,
            currency=chosen.currency, progress=False,
        )  # fmt: skip
        if chosen.report:
            begin("writing the report")
            audit.save(chosen.report, source=chosen.file, plan=plan)
        if chosen.csv:
            Path(chosen.csv).write_text(to_csv(plan.earnings), encoding="utf-8", newline="")
    if chosen.json:
        print_json(record(plan))
    else:
        print_text(*said, *words(plan))
        written = [name for name in (chosen.report, chosen.csv) if name]
        if written:
            print_text("", f"Written: {', '.join(written)}")
    return 0


def record(plan):
    """A plan as plain values for JSON."""
    tables = ("options", "strengths", "errors", "by_checks", "earnings", "assumptions")
    values = {name: getattr(plan, name).reset_index().to_dict("records") for name in tables}
    return {
        "check": plan.kind.name,
        "checks": plan.checks,
        "family": plan.family,
        "contract": repr(plan.contract),
        "profit": plan.net,
        "deposit": plan.deposit,
        "clause": list(plan.clause),
        "notice": plan.notice,
        "message": plan.pay.message,
    } | values


def words(plan):
    """A plan in lines for a terminal."""
    yield plan.report_section().sentences[0]
    yield ""
    yield "The clause:"
    yield from (f"  {sentence}" for sentence in plan.clause)
    yield f"  {plan.notice}"
    yield ""
    yield "What it costs to be wrong (money a batch, before the price of the checks):"
    for row in plan.errors.itertuples():
        kept = (
            "they refuse" if row.effort != row.effort else f"effort {row.effort:.2f}, {row.profit:.4g} left"
        )
        yield f"  if {row.Index}: {kept}; {row.best:.4g} would be, had you known"
    yield ""
    yield f"How it was found: {plan.pay.message}"
