"""What a check is, from options: its kind, how many labels there are, how often full care passes.

People know how often a careful person passes a check, not the strength κ, Γ, ρ or γ of a model; both say the same.
"""

from __future__ import annotations

import argparse

KINDS = {
    # kind: monitor for two labels, for three
    "repeat": ("SelfConsistency", "SelfConsistencyLabels"),
    "expert": ("Expert", "ExpertLabels"),
    "golden": ("Golden", "GoldenLabels"),
}


def add_checks(parser, labels):
    """The options `--check` and `--labels`; `labels` is the default, or None where the table says it."""
    parser.add_argument(
        "--check", choices=KINDS, default="repeat",
        help="what is checked: the same item shown again, an expert's label, or a golden question (default: repeat)",
    )  # fmt: skip
    said = "three if the table has a tie" if labels is None else str(labels)
    parser.add_argument(
        "--labels", type=int, choices=(2, 3), default=labels,
        help=f"how many answers there are: left and right, or tie as well (default: {said})",
    )  # fmt: skip


def add_known_checks(parser):
    """The same for two labels, and `--full-care`, which must be given where there is no table to learn it from."""
    add_checks(parser, labels=2)
    parser.add_argument(
        "--full-care",
        type=rate,
        required=True,
        metavar="RATE",
        help="how often a fully careful annotator passes a check",
    )


def make_monitor(check, labels, full_care=1.0):
    """The monitor whose checks a fully careful annotator passes at this rate.

    Examples
    --------
    >>> make_monitor("repeat", 2, 0.9), round(make_monitor("golden", 3, 0.9).ceiling, 9)
    (SelfConsistency(kappa=0.2), 0.9)
    >>> make_monitor("expert", 2, 0.4)
    Traceback (most recent call last):
        ...
    ValueError: --full-care must lie between 50% (random answers) and 100%; saw 0.4.
    """
    import annolib

    luck = 1 / labels
    if not luck <= full_care <= 1:
        raise ValueError(
            f"--full-care must lie between {luck:.0%} (random answers) and 100%; saw {full_care:g}."
        )
    kind = getattr(annolib, KINDS[check][labels - 2])
    gain = (
        full_care - luck if labels == 3 else round(full_care - luck, 12)
    )  # 0.9 − 0.5 is 0.4, not 0.4 and a rounding error
    unit = 2.0 if (check != "golden" and labels == 2) else 1.0  # of the monitor's own number
    strength = gain / unit
    return kind(strength) if labels == 2 else kind(strength, labels=labels)


def rate_or_range(text):
    """A rate, or two with a colon between them, for argparse.

    Examples
    --------
    >>> rate_or_range("0.8"), rate_or_range("70%:90%")
    ((0.8, 0.8), (0.7, 0.9))
    """
    try:
        ends = [rate(part) for part in text.split(":")]
    except argparse.ArgumentTypeError:
        ends = []
    if len(ends) not in (1, 2) or ends[0] > ends[-1]:
        raise argparse.ArgumentTypeError(f"give a rate such as 0.8, or two such as 0.7:0.9; saw {text!r}")
    return ends[0], ends[-1]


def rate(text):
    """A share such as 0.8 or 80%, for argparse.

    Examples
    --------
    >>> rate("80%")
    0.8
    """
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"give a share between 0 and 1, such as 0.8; saw {text!r}")
    return value
