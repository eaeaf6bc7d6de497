"""The same counts inside an engine (Polars, PyArrow, DuckDB, Dask, Spark): machinery behind `annolib.tally`, used by no lesson directly."""
