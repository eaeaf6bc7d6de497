"""The report of an audit as one page of HTML: the decision first, then its evidence.

What is said is made here and in `annolib.auditing.decisions`; how it looks stands in `templates`. The templates escape
everything; what is no escaped text is made by this package: the pictures and the style.
"""

from __future__ import annotations

import datetime
import math
from functools import cache
from importlib import resources

import annolib
from annolib.auditing.decisions.decision import decide, people
from annolib.auditing.decisions.priorities import ALIKE, CONDITIONAL, SHOWN, SIGNS, has_reason, pass_rate
from annolib.auditing.decisions.words import REASON_WORDS
from annolib.auditing.reasons import CEILING
from annolib.auditing.verdicts import checks_of
from annolib.figures.audits import audit_report
from annolib.figures.decisions import checks_and_verdicts, strengths_and_verdicts
from annolib.markup import Section, shortened
from annolib.planning.hypotheses import CAREFUL, CARELESS, VERDICTS
from annolib.reports.drawings import inline_svg
from annolib.validation import one_whole

PAPER = (
    "S. Liu, H. Wang, Z. Ma, X. Li, “How Humans Help LLMs: Assessing and Incentivizing Human Preference Annotators”, "
    "arXiv:2502.06387."
)
LIMITS = (
    "R. L. Berger, D. D. Boos, “P values maximized over a confidence set for the nuisance parameter”, JASA 89 (1994), "
    "doi:10.1080/01621459.1994.10476836."
)
DISCOVERIES = (
    "Y. Benjamini, Y. Hochberg, “Controlling the false discovery rate”, JRSS B 57 (1995), "
    "doi:10.1111/j.2517-6161.1995.tb02031.x."
)
_LOOKS = 10  # cards of people with no verdict against them
_LEAST = 5  # checks of an annotator in the figure of intervals


def audit_page(audit, *, source=None, plan=None, date=None, most=50):
    """The page, see `annolib.Audit.to_html`.

    Examples
    --------
    >>> import annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> page = audit_page(audit)
    >>> page.count("<svg"), page.count("<h1"), "https:" in page.split("</style>")[0]
    (3, 1, False)
    """
    most = one_whole("most", most, 1, "Count the annotators of a table.")
    decision, frame = decide(audit), audit.to_frame()
    date = datetime.date.today() if date is None else date
    view = {
        "title": "Audit of annotators" if source is None else f"Audit of {visible(source)}",
        "date": date.isoformat(),
        "version": annolib.__version__,
        "numbers": [(name, audit.counts[name], _KINDS[name]) for name in VERDICTS],
        "decision": decision,
        "read": _read(audit, source),
        "people": _people(audit, decision, most),
        "signs": _signs(decision.signs),
        "open": _open(decision.open),
        "strength": _strength(audit),
        "more": _more(audit, decision.more),
        "plan": _plan(plan),
        "everybody": _everybody(audit, frame, most),
        "cite": _cite(audit, date),
    }
    return _template().render(view)


@cache
def _template():
    """The page's template; Jinja2 is imported when the first page is written."""
    try:
        import jinja2
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "a page is written with Jinja2, which is not installed. Install it (pip install jinja2), or take the "
            "numbers (to_frame)."
        ) from None
    folder = resources.files("annolib.reports") / "templates"
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(files),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": visible, "number": number, "share": share}
    return environment.get_template("audit.html")


_KINDS = {CARELESS: "less care than required", CAREFUL: "the required care", "undecided": "open"}


def _read(audit, source):
    """What was read and how it was counted."""
    total = audit.tally.totals
    kind = (
        "repeats of an item by the same annotator"
        if checks_of(audit.monitor) == "repeat"
        else ("items that an expert judged too")
    )
    checked = int((audit.to_frame()["checks"] > 0).sum())
    checks = int(audit.to_frame()["checks"].sum())
    rows = [
        ("judgements", number(total["judgements"])),
        ("annotators", number(total["workers"])),
        ("items", number(total["items"])),
        ("ties", f"{number(total['ties'])} ({share(total['tie_rate'])})"),
        ("a check", kind),
        ("checks", f"{number(checks)}, of {people(checked)}"),
    ]
    if total["repeat_pairs"]:
        rows.append(("repeats that agree", share(total["repeat_agreement"])))
    if source is not None:
        rows.insert(0, ("source", visible(source)))
    rows += [(f"column read as {name}", visible(own)) for name, own in audit.aliases.items()]
    return {"rows": rows, "treatment": [f"{visible(part)[:1].upper()}{visible(part)[1:]}." for part in
                                        audit.treatment.split("; ")]}  # fmt: skip


def _people(audit, decision, most):
    """Cards of the people to talk to, and how many more there are."""
    talk = decision.talk
    accused = talk["grounds"].isin([SHOWN, CONDITIONAL])
    shown = [*talk[accused].head(most).itertuples(), *talk[~accused].head(min(most, _LOOKS)).itertuples()]
    cards = [
        {
            "worker": named(row.Index),
            "grounds": row.grounds,
            "kind": "strong"
            if row.grounds in (SHOWN, CONDITIONAL)
            else "clear"
            if row.beyond_luck
            else "weak",
            "luck": "" if row.grounds in (SHOWN, CONDITIONAL, ALIKE) else _LUCK[bool(row.beyond_luck)],
            "why": row.why,
            "judgements": row.judgements,
            "effort": _effort(row),
            "holds": "" if row.grounds == SHOWN else condition(audit, row.verdict, row),
            "asks": _asks(row),
        }
        for row in shown
    ]
    return {"cards": cards, "left_out": len(talk) - len(cards), "accused": int(accused.sum())}


_LUCK = {
    True: "more than luck brings among so many annotators",
    False: "may be luck among so many annotators",
}
_ASK_CARELESS = (
    "Show them items that they answered differently the second time. Were they in a hurry, is the task unclear, or "
    "the pay too low for the time it takes?"
)


def _asks(row):
    """What to ask of the annotator: about the verdict, and about each sign."""
    signs = [REASON_WORDS[name].ask for name in _named(row) if name in SIGNS]
    return ([_ASK_CARELESS] if row.verdict == CARELESS else []) + signs


def _named(row):
    return [name for name in row.reasons.split("; ") if name]


def _signs(signs):
    return [row._asdict() | {"sign": row.Index} for row in signs.itertuples()]


def _open(cases):
    return [
        {
            "reason": row.Index,
            "annotators": row.annotators,
            "checks": row.checks,
            "settled_by": row.settled_by,
            "meaning": row.meaning,
        }
        for row in cases.itertuples()
    ]


def _strength(audit):
    """What the verdicts assume of the checks, said as what a fully careful annotator would pass."""
    limits = audit.strength
    low, high = sorted(pass_rate(audit.monitor, end, 1.0) for end in (limits.low, limits.high))
    luck = pass_rate(audit.monitor, 0, 0.0)
    between = f"in {share(low)}" if low == high else f"between {share(low)} and {share(high)}"
    words = (
        f"A check is the clearer, the more often a fully careful annotator passes it. This audit takes that to be "
        f"{between} of the checks; random answers pass {share(luck)}."
    )
    figure = strengths_and_verdicts(audit)
    return {
        "words": words,
        "meaning": audit.meaning,
        "figure": inline_svg(figure, "strengths"),
        "description": figure.description,
    }


def _more(audit, more):
    figure = checks_and_verdicts(audit)
    rows = [
        {"checks": size, "cleared": _between(row["cleared_weakest"], row["cleared_strongest"]), "accused": row["accused"]}
        for size, row in more.chances.iterrows()
    ]  # fmt: skip
    names = (
        ["hardest allowed for", "middle", "clearest allowed for"] if len(more.enough) > 1 else ["as known"]
    )
    enough = [{"name": name} | row for name, row in zip(names, more.enough.to_dict("records"), strict=True)]
    average = more.open_checks / more.open_annotators if more.open_annotators else math.nan
    return {
        "rows": rows,
        "enough": enough,
        "sure": 1 - more.miss,
        "open": more.open_annotators,
        "average": average,
        "control": audit.false_discovery,
        "figure": inline_svg(figure, "checks"),
        "description": figure.description,
    }


def _plan(plan):
    """The section of the pay plan with its tables as rows of text; None without a plan."""
    if plan is None:
        return None
    section = plan.report_section() if hasattr(plan, "report_section") else plan
    if not isinstance(section, Section):
        raise TypeError(
            f"plan must be a Section or have a method report_section() that gives one; saw {type(plan).__name__}."
        )
    tables = []
    for caption, frame in section.tables:
        named = frame.reset_index() if frame.index.name is not None else frame
        rows = [[_cell(entry) for entry in row] for row in named.itertuples(index=False)]
        tables.append({"caption": caption, "head": [str(name) for name in named.columns], "rows": rows})
    return {"title": section.title, "sentences": section.sentences, "tables": tables}


def _everybody(audit, frame, most):
    order = frame["verdict"].map(VERDICTS.index)
    ranked = frame.assign(order=order).sort_values(["order", "effort"], kind="stable")
    rows = [
        {
            "worker": named(row.Index),
            "verdict": row.verdict,
            "passed": f"{row.passes:,} of {row.checks:,}" if row.checks else "no checks",
            "effort": _effort(row),
            "holds": condition(audit, row.verdict, row),
            "reasons": ", ".join(_named(row)),
        }
        for row in ranked.head(most).itertuples()
    ]
    figure = audit_report(audit, least=_LEAST) if (frame["checks"] >= _LEAST).any() else None
    return {
        "rows": rows,
        "left_out": len(frame) - len(rows),
        "figure": None if figure is None else inline_svg(figure, "efforts"),
        "description": "" if figure is None else figure.description,
        "ceiling": int(has_reason(frame, CEILING).sum()),
    }


def condition(audit, verdict, row):
    """For which items a verdict holds, said as what a fully careful annotator passes; "" where it is open.

    Parameters
    ----------
    audit : annolib.Audit
    verdict : str
    row : a row of the audit's table
    """
    if verdict not in (CARELESS, CAREFUL):
        return ""
    if row.holds.startswith("for every"):
        return "for all items, however " + ("hard" if verdict == CARELESS else "clear")
    end = row.careless_above if verdict == CARELESS else row.careful_below
    rising = (verdict == CARELESS) == (audit.monitor.gain > 0)
    rate = pass_rate(audit.monitor, end, 1.0)
    return f"if full care passes {'more' if rising else 'less'} than {share(rate)}"


def _effort(row):
    if math.isnan(row.effort):
        return "not known"
    return f"{row.effort:.2f} ({row.low:.2f} to {row.high:.2f})"


def _cite(audit, date):
    kind = "false discovery rate" if audit.false_discovery else "error rate"
    method = (
        f"Annotators were audited with annolib {annolib.__version__}: required effort {audit.required:g}, {kind} "
        f"{audit.error_rate:g}, {type(audit.monitor).__name__}, {audit.strength.name} {audit.strength.low:.3g} to "
        f"{audit.strength.high:.3g}; of {people(len(audit))} "
        + ", ".join(f"{number_} {name}" for name, number_ in audit.counts.items())
        + "."
    )
    works = [PAPER]
    works += [LIMITS] if audit.strength.low_error or audit.strength.high_error else []
    works += [DISCOVERIES] if audit.false_discovery else []
    software = f"annolib {annolib.__version__}, Trust the Label. Report of {date.isoformat()}."
    return {"method": method, "works": [*works, software]}


def visible(identity):
    """A user's text with signs that print nothing, or turn the line round, written as Python writes them.

    Examples
    --------
    >>> visible("ann\\n"), visible(7), visible("\\u202egnp.exe")
    ('ann\\\\n', '7', '\\\\u202egnp.exe')
    """
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(identity))


def named(identity):
    """An annotator's id on a page or in a line: `visible`, and of a very long one the beginning and the end.

    Examples
    --------
    >>> named("ann\\n"), len(named("x" * 100_000))
    ('ann\\\\n', 60)
    """
    return shortened(visible(identity))


def number(value):
    """A whole number with commas; "more than 100,000" where none is known to be enough.

    >>> number(1200.0), number(float("nan"))
    ('1,200', 'over 100,000')
    """
    return "over 100,000" if math.isnan(value) else f"{value:,.0f}"


def share(value):
    """A probability in per cent; almost nothing and almost all are said so.

    >>> [share(value) for value in (0, 0.002, 0.4567, 0.999, 1, float("nan"))]
    ['0%', 'under 1%', '46%', 'over 99%', '100%', 'none']
    """
    if math.isnan(value):
        return "none"
    if 0 < value < 0.01:
        return "under 1%"
    if 0.99 < value < 1:
        return "over 99%"
    return f"{value:.0%}"


def _between(low, high):
    low, high = share(min(low, high)), share(max(low, high))
    return low if low == high else f"{low} to {high}"


def _cell(entry):
    if isinstance(entry, bool) or not isinstance(entry, (int, float)):
        return visible(entry)
    if isinstance(entry, float) and math.isnan(entry):
        return ""
    return f"{entry:,}" if isinstance(entry, int) else f"{entry:,.4g}"
