"""The words of a cell become a value; each reader raises `ValueError` with what is wrong, and why."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache

from zevrules.ledger.entries import Value
from zevrules.quantity import WORDS, read_number

_YES_OR_NO = {"yes": True, "no": False, "true": True, "false": False, "given": True, "not given": False}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_LIKE = re.compile(r"[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}([ T].*)?")
_YEAR = re.compile(r"(?:19|2[01])[0-9]{2}")
_NUMBER_LIKE = re.compile(r"[-+−(]?[$€£]?\d[\d,.'  _/eE+%)-]*|[-+−]?[.]\d+%?")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_UNITS = {word for pair in WORDS.values() for word in pair}


@lru_cache(maxsize=4096)
def read_share(text: str) -> Fraction:
    """A number, or a percentage as the hundredth part of its number.

    >>> read_share("12.6%"), read_share("45,444")
    (Fraction(63, 500), Fraction(45444, 1))
    """
    if text.endswith("%"):
        return read_number(text[:-1]) / 100
    return read_number(text)


@lru_cache(maxsize=4096)
def read_date(text: str) -> date:
    """The day written as year-month-day.

    >>> read_date("2021-02-30")
    Traceback (most recent call last):
    ValueError: February 2021 has 28 days
    """
    if not _DAY.fullmatch(text):
        raise ValueError("a day is written as year-month-day, with two digits each for month and day")
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    if not year:
        raise ValueError("there is no year 0")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{_MONTHS[month - 1]} {year} has {_days(year, month)} days") from None


def _days(year: int, month: int) -> int:
    """How many days *month* has: the last that the calendar accepts."""
    for day in (31, 30, 29):
        try:
            date(year, month, day)
        except ValueError:
            continue
        return day
    return 28


def mended_date(text: str) -> str | None:
    """How a day written in another order is meant, where only one order is possible.

    >>> mended_date("8/31/2021"), mended_date("31.8.2021"), mended_date("3/4/2021")
    ('2021-08-31', '2021-08-31', None)
    """
    parts = re.fullmatch(r"([0-9]{1,4})[-./]([0-9]{1,2})[-./]([0-9]{1,4})", text)
    if not parts:
        return None
    first, second, third = (int(part) for part in parts.groups())
    orders = {(first, second, third), (third, first, second), (third, second, first)}
    days = set()
    for year, month, day in orders:
        if 1900 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= _days(year, month):
            days.add(date(year, month, day).isoformat())
    return days.pop() if len(days) == 1 else None


def read_year(text: str) -> int:
    """A model year, in four digits.

    >>> read_year("2021")
    2021
    """
    if not _YEAR.fullmatch(text):
        raise ValueError("a model year is written with its four digits and nothing else")
    return int(text)


def day_like(text: str) -> bool:
    """Whether *text* can only have been meant as a day."""
    return bool(_DAY_LIKE.fullmatch(text))


def number_like(text: str) -> bool:
    """Whether *text* can only have been meant as a number, well written or not.

    >>> number_like("45,44"), number_like("45,444 vehicles"), number_like("2b-3")
    (True, True, False)
    """
    number, _, unit = text.partition(" ")
    return bool(_NUMBER_LIKE.fullmatch(text) or (unit in _UNITS and _NUMBER_LIKE.fullmatch(number)))


@lru_cache(maxsize=4096)
def read_value(text: str) -> Value:
    """The value of a fact, told by its looks alone: no ruleset is asked what it should be.

    >>> read_value("1/3"), read_value("12.6%"), read_value("not given"), read_value("option 2")
    (Fraction(1, 3), Fraction(63, 500), False, 'option 2')
    """
    word = text.casefold()
    if word in _YES_OR_NO:
        return _YES_OR_NO[word]
    if day_like(text):
        return read_date(text)
    if number_like(text):
        return read_share(text)
    return text
