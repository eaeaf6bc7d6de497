"""Kinds of checks and their prices."""

import numpy as np
import pytest

import annolib as al
from annolib.schemes.kinds import Kind, of_audit, priced


def test_the_kind_of_an_audit(report, unsure):
    assert of_audit(report)[:2] == ("repeat", al.SelfConsistencyLabels(0.6))
    name, evidence, source = of_audit(unsure)
    assert name == "repeat" and (evidence.low, evidence.high) == (
        al.SelfConsistencyLabels(0.55),
        al.SelfConsistencyLabels(0.6),
    )
    assert "taken as known" in source


def test_information_per_price_is_at_the_weakest(unsure):
    (kind,) = priced(unsure, 0.5, None)
    weak = al.SelfConsistencyLabels(0.55)
    assert kind.information_per_price(0.7) == pytest.approx(float(weak.fisher_information(0.7)) / 0.5)
    assert kind.weakest == weak and kind.at(np.array([0.0, 1.0])) == [kind.weakest, kind.strongest]
    assert Kind("golden", 1.0, al.Golden(0.4), "given").strongest == al.Golden(0.4)


def test_an_audit_that_allows_for_useless_checks_is_refused():
    rows = [("i", "w", "left"), ("i", "w", "right"), ("j", "w", "left"), ("j", "w", "tie")]
    import pandas as pd

    audit = al.audit(
        pd.DataFrame(rows, columns=["task", "worker", "label"]),
        al.SelfConsistencyLabels(0.5),
        strength="range",
    )
    assert audit.strength.low == 0
    with pytest.raises(ValueError, match=r"no pay can rest on them.*strength=.pool"):
        of_audit(audit)


@pytest.mark.parametrize(
    ("prices", "monitors", "error", "words"),
    [
        ({"golden": 1.0}, None, ValueError, "prices names 'golden', but the audit's checks are 'repeat'"),
        ({}, None, ValueError, "prices must name one kind"),
        (0.0, None, ValueError, r"prices\['repeat'\] must be one finite number above 0"),
        ({"repeat": [1, 2]}, None, ValueError, "one finite number above 0"),
        (0.1, {"golden": 0.4}, TypeError, r"monitors\['golden'\] must be a monitor"),
    ],
)
def test_bad_prices(report, prices, monitors, error, words):
    with pytest.raises(error, match=words):
        priced(report, prices, monitors)
