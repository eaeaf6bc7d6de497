"""Text of times as numbers inside an engine: the grammar of `annolib.tables.times` in expressions.

An ISO text has its parts at fixed places, another format has them between what stands before and behind. The days
since 1970-01-01 follow from year, month and day by whole-number arithmetic.

References
----------
E. M. Reingold, N. Dershowitz, *Calendrical Calculations* (4th ed. 2018), chapter 2: the Gregorian calendar in
fixed days; here with years that begin in March, so that the leap day is the last.
"""

from __future__ import annotations

from annolib.tables.engines.table import nw
from annolib.tables.times import ISO, ISO_WITH_OFFSET, NUMBER, WHOLE, format_parts, format_pattern

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def fits(column, pattern):
    """Where the whole text fits; some engines let `$` stand before a last line break."""
    return column.str.contains(pattern) & ~column.str.ends_with("\n")


def kinds_of_text(column):
    """Marks that say how a text of time can be read: whole, number, iso, aware (iso with an offset)."""
    patterns = {"whole": WHOLE, "number": NUMBER, "iso": ISO, "aware": ISO_WITH_OFFSET}
    return {name: fits(column, pattern) for name, pattern in patterns.items()}


def fits_format(column, time_format):
    """Where the text is in the format, but for days that a month has not."""
    return fits(column, format_pattern(time_format))


def number(column, kind):
    """Text of digits, as Int64 (`kind` "whole") or Float64."""
    return column.cast(nw.Int64 if kind == "whole" else nw.Float64)


def iso_fields(column):
    """The parts of ISO texts, all Int64; for texts that fit `ISO`."""
    behind = column.str.slice(10)
    clock = behind.str.replace_all(r"(?:Z|[+-][0-9:]+)$", "")
    offset = behind.str.replace_all(r"^[T ][0-9:.]+", "")
    fields = {"Y": column.str.slice(0, 4), "m": column.str.slice(5, 2), "d": column.str.slice(8, 2)}
    fields |= {"H": clock.str.slice(1, 2), "M": clock.str.slice(4, 2), "S": clock.str.slice(7, 2)}
    numbers = {name: _padded(field, 2 if name != "Y" else 4) for name, field in fields.items()}
    return numbers | {"nano": _padded(clock.str.slice(10), 9), "offset": _offset(offset)}


def format_fields(column, time_format):
    """The parts of texts in a format, all Int64; for texts that fit it."""
    parts = format_parts(time_format)
    found = {}
    for place, (name, _) in enumerate(parts):
        if name and name != "a":
            before, behind = (
                "".join(pattern for _, pattern in side) for side in (parts[:place], parts[place + 1 :])
            )
            text = column.str.replace_all(f"^{before}", "") if before else column
            found[name] = text.str.replace_all(f"{behind}$", "") if behind else text
    return _numbers(found)


def _numbers(texts):
    """Texts of the directives of a format as the fields that `instant` takes."""
    fields = {name: texts[name].cast(nw.Int64) for name in ("Y", "m", "d", "H", "M", "S") if name in texts}
    if "y" in texts:
        short = texts["y"].cast(nw.Int64)
        fields["Y"] = nw.when(short < 69).then(short + 2000).otherwise(short + 1900)
    if "b" in texts:
        month = nw.lit(0)
        for number_, name in enumerate(_MONTHS, 1):
            month = nw.when(texts["b"] == name).then(nw.lit(number_)).otherwise(month)
        fields["m"] = month.cast(nw.Int64)
    if "I" in texts:
        fields["H"] = texts["I"].cast(nw.Int64) % 12
    if "p" in texts:
        after_noon = texts["p"].str.slice(0, 1).is_in(["P", "p"])
        fields["H"] = nw.when(after_noon).then(fields["H"] % 12 + 12).otherwise(fields["H"])
    if "f" in texts:
        fields["nano"] = _padded(texts["f"], 9)
    if "z" in texts:
        fields["offset"] = _offset(texts["z"])
    return fields


def instant(fields):
    """Nanoseconds since the beginning of 1970 (without an offset: by the clock), Int64."""
    minutes = _days(fields) * 1440 + fields.get("H", nw.lit(0)) * 60 + fields.get("M", nw.lit(0))
    minutes = minutes - fields["offset"] if "offset" in fields else minutes
    nanoseconds = (minutes * 60 + fields.get("S", nw.lit(0))) * 1_000_000_000
    nanoseconds = nanoseconds + fields["nano"] if "nano" in fields else nanoseconds
    return nanoseconds.cast(nw.Int64)


def no_such_day(fields):
    """Where the month has no such day."""
    year, month, day = (fields.get(name, nw.lit(first)) for name, first in (("Y", 1900), ("m", 1), ("d", 1)))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    short = (month == 4) | (month == 6) | (month == 9) | (month == 11)
    return ((month == 2) & ((day > 29) | ((day > 28) & ~leap))) | (short & (day > 30))


def _days(fields):
    year, month, day = (fields.get(name, nw.lit(first)) for name, first in (("Y", 1970), ("m", 1), ("d", 1)))
    early = (month < 3).cast(nw.Int64)
    year, month = year - early, month - 3 + 12 * early  # from March on
    leap_days = year // 4 - year // 100 + year // 400
    return year * 365 + leap_days + (month * 153 + 2) // 5 + day - 719_469


def _padded(text, digits):
    """The number that the text is when filled up with zeros from the right."""
    return nw.concat_str(text, nw.lit("0" * digits)).str.slice(0, digits).cast(nw.Int64)


def _offset(text):
    """An offset from UTC in minutes: "", "Z", "+05", "-0330" or "+05:30"."""
    plain = text.str.replace_all(":", "", literal=True).str.replace_all("Z", "", literal=True)
    minutes = _padded(plain.str.slice(1, 2), 2) * 60 + _padded(plain.str.slice(3, 2), 2)
    return nw.when(plain.str.starts_with("-")).then(-1 * minutes).otherwise(minutes)
