"""A finding in words."""

from annolib.course.commands.findings import OK, WRONG, Finding


def test_a_finding_is_one_line_and_its_mend():
    assert str(Finding(OK, "numpy 2.4")) == "ok           numpy 2.4"
    assert str(Finding(WRONG, "no numpy", "install it")) == "WRONG        no numpy\n        fix: install it"
