"""Files as tables: CSV, TSV, JSON, JSON Lines and Parquet, with every id as it is written (lessons 04 and 07)."""

from annolib.lazy import lazy

_HOME = {
    # name: the file it lives in
    "KINDS": "opening",
    "is_path": "opening",
    "open_file": "opening",
    "read_file": "opening",
    "read_json": "records",
}

__all__ = [*_HOME]
__getattr__, __dir__ = lazy(__name__, _HOME)
