"""`annolib audit`: from a file to verdicts, a report, and tables."""

from __future__ import annotations

import argparse
import os

from annolib.cli.checks import add_checks, make_monitor, rate, rate_or_range
from annolib.cli.output import add_json, columns, print_json, print_text, progress
from annolib.cli.reading import add_reading, read_source, refuse_empty, warnings_in_lines

HELP = "judge every annotator of a table, and write a report"
EXAMPLES = (
    "annolib audit judgements.csv --report report.html",
    "annolib audit own.csv --columns worker=annotator label=answer --values A=left B=right same=tie",
    "annolib audit votes.jsonl --format arena --report report.html",
    "annolib audit judgements.csv --full-care 0.7:0.9 --required 0.6 --json",
    "annolib audit judgements.csv --trusted ann bob --csv verdicts.csv --fail-on careless",
)
_LISTED = 10


def add_arguments(parser):
    add_reading(parser)
    add_judging(parser)
    parser.add_argument(
        "--report", metavar="FILE.html", type=ending(".html", ".htm"), help="write the report, one page"
    )
    parser.add_argument(
        "--csv", metavar="FILE.csv", type=ending(".csv"), help="write the table, safe for spreadsheets"
    )
    parser.add_argument(
        "--most", type=int, default=50, metavar="N", help="annotators in a table of the report (default: 50)"
    )
    add_json(parser)
    parser.add_argument(
        "--fail-on", choices=("careless", "undecided", "habit"), action="append", default=[],
        help="exit with 1 if somebody is careless, undecided, or shows a habit that luck does not explain",
    )  # fmt: skip


def run(chosen):
    """Judge, write what is asked for, print the decision; returns the exit code."""
    from annolib.auditing.decisions.decision import decide

    with progress(3 + bool(chosen.report)) as begin:
        audit, said = read_and_judge(chosen, begin)
        begin("looking at what to do")
        decision = decide(audit)
        if chosen.report:
            begin("writing the report")
            audit.save(chosen.report, source=chosen.file, most=chosen.most)
        if chosen.csv:
            audit.save(chosen.csv)
    if chosen.json:
        from annolib.reports.records import audit_record

        print_json(audit_record(audit, decision))
    else:
        print_text(*summary(audit, decision, said))
        written = [name for name in (chosen.report, chosen.csv) if name]
        if written:
            print_text("", f"Written: {', '.join(written)}")
    found = {
        "careless": audit.counts["careless"],
        "undecided": audit.counts["undecided"],
        "habit": int(decision.talk["beyond_luck"].sum()),
    }
    return int(any(found[name] for name in chosen.fail_on))


def add_judging(parser):
    """What a check is, what is asked for, and how strong the checks are: the options of `make_audit`."""
    add_checks(parser, labels=None)
    parser.add_argument(
        "--required", type=rate, default=0.5, metavar="EFFORT", help="the effort asked for (default: 0.5)"
    )
    parser.add_argument(
        "--error-rate", type=rate, default=0.05, metavar="RATE", help="of each verdict (default: 0.05)"
    )
    parser.add_argument(
        "--false-discovery", action="store_true",
        help="the error rate is the share of wrong verdicts, not that of each annotator",
    )  # fmt: skip
    known = parser.add_mutually_exclusive_group()
    known.add_argument(
        "--full-care", type=rate_or_range, metavar="RATE[:RATE]",
        help="how often a fully careful annotator passes a check, if you know it; nothing is assumed if left out",
    )  # fmt: skip
    known.add_argument(
        "--full-care-at-most", type=rate, metavar="RATE",
        help="the most that it may be; the least is what the crowd shows itself",
    )  # fmt: skip
    known.add_argument(
        "--trusted", nargs="+", action="extend", metavar="ID",
        help="annotators who give full care: their checks say how clear the items are",
    )  # fmt: skip


def read_and_judge(chosen, begin):
    """The audit that the options ask for, and what was taken for granted; `begin` is told what begins."""
    begin("reading the table")
    with warnings_in_lines(chosen.command):
        counts = tally_source(chosen)
    begin("judging the annotators")
    return make_audit(counts, chosen)


def tally_source(chosen):
    """The counts of the table that the options name."""
    from annolib import tally

    source, reading = read_source(chosen)
    counts = tally(source, "one", **reading)
    refuse_empty(counts.totals["judgements"], chosen.file)
    return counts


def make_audit(counts, chosen):
    """The audit that the options ask for, and what was taken for granted, in words."""
    from annolib import audit

    labels, said = chosen.labels, []
    if labels is None:
        labels = 3 if counts.totals["ties"] else 2
        if labels == 2:
            said.append("No tie in the table: two labels are taken. If a tie could be said, add --labels 3.")
    strength, trusted, top = "range", (), 1.0
    if chosen.full_care:
        ends = tuple(
            getattr(make_monitor(chosen.check, labels, end), name_of(chosen, labels))
            for end in chosen.full_care
        )
        strength, top = (ends[0] if ends[0] == ends[1] else ends), chosen.full_care[1]
    elif chosen.full_care_at_most is not None:
        strength, top = None, chosen.full_care_at_most
    elif chosen.trusted:
        strength, trusted = "pool", chosen.trusted
    monitor = make_monitor(chosen.check, labels, top)
    options = {"strength": strength, "trusted": trusted, "false_discovery": chosen.false_discovery}
    return audit(counts, monitor, chosen.required, chosen.error_rate, **options), said


def summary(audit, decision, said=()):
    """What to do, in lines for a terminal."""
    from annolib.reports.page import named

    total = audit.tally.totals
    checks = int(audit.to_frame()["checks"].sum())
    lines = [
        f"{total['judgements']:,} judgements by {total['workers']:,} annotators of {total['items']:,} items; {checks:,} checks.",
        *said,
        "",
        *decision.headline,
        *_guessed(audit),
        "",
        *(f"{place}. {step}" for place, step in enumerate(decision.steps, 1)),
    ]
    talk = decision.talk.head(_LISTED)
    if len(talk):
        rows = [(named(row.Index), row.grounds, row.why) for row in talk.itertuples()]
        lines += ["", "Whom to talk to, and why:", *(f"  {line}" for line in columns(rows))]
        if len(decision.talk) > len(talk):
            lines.append(f"  and {len(decision.talk) - len(talk):,} more: --report or --csv shows everybody")
    return [*lines, "", audit.meaning]


def _guessed(audit):
    """Which column was read for which name, where the two differ."""
    if not audit.aliases:
        return []
    return ["Read as: " + ", ".join(f"{name} from {own!r}" for name, own in audit.aliases.items()) + "."]


def name_of(chosen, labels):
    """The name of the strength in the monitor that the options name."""
    from annolib.auditing.strength import strength_name

    return strength_name(make_monitor(chosen.check, labels))


def ending(*endings):
    """A file name that ends so, in a folder that is there, for argparse: known before the work begins."""

    def check(name):
        if not name.lower().endswith(endings):
            raise argparse.ArgumentTypeError(f"the name must end in {' or '.join(endings)}; saw {name!r}")
        if not os.path.isdir(os.path.dirname(name) or "."):
            raise argparse.ArgumentTypeError(f"there is no folder {os.path.dirname(name)!r}; saw {name!r}")
        return name

    return check
