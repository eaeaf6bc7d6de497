"""Pages and files for somebody who reads no notebook: the report of an audit (lesson 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "audit_page": "page",
    "audit_record": "records",
    "guard": "spreadsheets",
    "inline_svg": "drawings",
    "plain": "records",
    "save_audit": "saving",
    "to_csv": "spreadsheets",
    "unguard": "spreadsheets",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
