"""`annolib plan`: how many checks tell a careless annotator from a careful one."""

from __future__ import annotations

from annolib.cli.checks import add_known_checks, make_monitor, rate
from annolib.cli.output import add_json, print_json, print_text

HELP = "say how many checks tell careless from careful"
EXAMPLES = (
    "annolib plan --full-care 0.9 --careless 0.3 --careful 0.8",
    "annolib plan --check golden --labels 3 --full-care 0.95 --careless 0.5 --careful 1 --alpha 0.01 --json",
)


def add_arguments(parser):
    add_known_checks(parser)
    parser.add_argument(
        "--careless",
        type=rate,
        required=True,
        metavar="EFFORT",
        help="the effort that must not pass for careful",
    )
    parser.add_argument(
        "--careful", type=rate, required=True, metavar="EFFORT", help="the effort that must be called careful"
    )
    parser.add_argument(
        "--alpha", type=rate, default=0.05, help="chance of calling the careless careful (default: 0.05)"
    )
    parser.add_argument(
        "--beta", type=rate, default=0.1, help="chance of not calling the careful so (default: 0.1)"
    )
    add_json(parser)


def run(chosen):
    """Print the plan; returns 0."""
    from annolib.planning.check_plan import plan_checks

    monitor = make_monitor(chosen.check, chosen.labels, chosen.full_care)
    plan = plan_checks(monitor, chosen.careless, chosen.careful, chosen.alpha, chosen.beta)
    if chosen.json:
        record = plan.to_frame().iloc[0].to_dict()
        print_json(record | {"monitor": repr(monitor)})
        return 0
    print_text(
        f"{plan.checks:,} checks for each annotator: careful from {plan.critical:,} passes on.",
        f"Somebody of effort {plan.null:g} is called careful with a chance of at most {plan.alpha:.3g} ({plan.size:.3g}).",
        f"Somebody of effort {plan.alternative:g} is called careful with a chance of at least {1 - plan.beta:.3g} "
        f"({plan.power:.3g}), with these checks and with more.",
        f"A check is {monitor!r}: full care passes {monitor.ceiling:.3g}, random answers {monitor.chance:.3g}.",
    )
    return 0
