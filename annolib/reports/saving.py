"""Write an audit to a file: what the name ends in says what is written."""

from __future__ import annotations

from pathlib import Path

from annolib.reports.page import audit_page
from annolib.reports.records import audit_record, to_json
from annolib.reports.spreadsheets import to_csv


def save_audit(audit, path, **options):
    """Write a page (.html), the table for spreadsheets (.csv) or all numbers (.json), see `annolib.Audit.save`.

    Examples
    --------
    >>> import tempfile, annolib as al
    >>> audit = al.audit(al.datasets.load("twin"), al.SelfConsistencyLabels(2 / 3), strength="range")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(audit.save(f"{folder}/audit.csv").read_text(encoding="utf-8").splitlines()[0][:28])
    worker,passes,checks,effort,
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise ValueError(f"path must end in {', '.join(KINDS)}; saw {path.name!r}.")
    if options and kind not in (".html", ".htm"):
        raise TypeError(f"{', '.join(options)} belong to a page (.html); saw {path.name!r}. Leave them out.")
    path.write_text(KINDS[kind](audit, **options), encoding="utf-8", newline="")
    return path


def _csv(audit):
    return to_csv(audit.to_frame())


def _json(audit):
    return to_json(audit_record(audit)) + "\n"


KINDS = {".html": audit_page, ".htm": audit_page, ".csv": _csv, ".json": _json}
