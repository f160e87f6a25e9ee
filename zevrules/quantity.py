"""Numbers with their units: exact always, a `Fraction` from the text to the output."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs

#: How each unit is written (singular, plural); the keys are what a unit is made of.
WORDS = {
    "credit": ("credit", "credits"),
    "vehicle": ("vehicle", "vehicles"),
    "mile": ("mile", "miles"),
    "km": ("km", "km"),
    "dollar": ("dollar", "dollars"),
    "g": ("g", "g"),
    "kW": ("kW", "kW"),
    "day": ("day", "days"),
    "model year": ("model year", "model years"),
}
_SINGULAR = {word: unit for unit, pair in WORDS.items() for word in pair}

#: The most digits a number may have: far beyond any credit, well within a second to read.
MOST_DIGITS = 30

_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


@attrs.frozen
class Unit:
    """What a number counts: units and the power of each, none of them for a plain number or share.

    >>> Unit.read("credit per mile") * Unit.read("miles") == Unit.read("credits")
    True
    >>> str(Unit.read("g/mile"))
    'g per mile'
    """

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def read(cls, words: str) -> Unit:
        """The unit written as *words*; `KeyError` if a word is no unit."""
        if words in ("shares", "share", "numbers", "number", ""):
            return PLAIN
        top, _, bottom = words.replace("/", " per ").partition(" per ")
        powers = [(_SINGULAR[top], 1)]
        if bottom:
            powers.append((_SINGULAR[bottom], -1))
        return cls(tuple(sorted(powers)))

    def _with(self, other: Unit, sign: int) -> Unit:
        powers = dict(self.powers)
        for unit, power in other.powers:
            powers[unit] = powers.get(unit, 0) + sign * power
        return Unit(tuple(sorted((u, p) for u, p in powers.items() if p)))

    def __mul__(self, other: Unit) -> Unit:
        return self._with(other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return self._with(other, -1)

    def words(self, *, one: bool = False) -> str:
        """The unit in words, plural unless *one*; a plain number or share has none."""
        top = [(u, p) for u, p in self.powers if p > 0]
        bottom = [(u, -p) for u, p in self.powers if p < 0]

        def term(unit: str, power: int, plural: bool) -> str:
            return WORDS[unit][plural] + ("" if power == 1 else f"^{power}")

        text = " ".join(term(u, p, not one) for u, p in top) or ("1" if bottom else "")
        return " per ".join([text, *(term(u, p, False) for u, p in bottom)])

    def __str__(self) -> str:
        return self.words()


PLAIN = Unit()
CREDITS = Unit((("credit", 1),))
VEHICLES = Unit((("vehicle", 1),))


def read_number(text: str) -> Fraction:
    """The exact value of *text*: digits, commas between thousands, a decimal point, or a ratio ``1/3``.

    Raises:
        ValueError: If it is no such number, with words that say what is wrong with it.

    >>> read_number("45,444"), read_number("0.01"), read_number("1/3")
    (Fraction(45444, 1), Fraction(1, 100), Fraction(1, 3))
    """
    text = text.strip()
    if len(text) > MOST_DIGITS + 12:
        raise ValueError(f"it has more than {MOST_DIGITS} digits")
    top, slash, bottom = text.partition("/")
    if slash:
        if not (re.fullmatch(r"-?[0-9]+", top) and re.fullmatch(r"[0-9]+", bottom) and int(bottom)):
            raise ValueError("a ratio is written with two whole numbers, as 1/3")
        return Fraction(int(top), int(bottom))
    if not _NUMBER.fullmatch(text):
        if re.fullmatch(r"-?[0-9][0-9,]*(\.[0-9,]*)?", text) and "," in text:
            raise ValueError("a comma stands only between groups of three digits, as in 12,500")
        raise ValueError("it is not a number")
    return Fraction(text.replace(",", ""))


def write_number(value: Fraction) -> str:
    """*value* exactly, as text that `read_number` reads back: a decimal if it ends, else a ratio.

    >>> write_number(Fraction(1, 8)), write_number(Fraction(1, 3)), write_number(Fraction(21060))
    ('0.125', '1/3', '21060')
    """
    bottom = value.denominator
    if bottom == 1:
        return str(value.numerator)
    places, rest = 0, bottom
    while rest % 2 == 0 or rest % 5 == 0:
        places += 1
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
    if rest != 1:
        return f"{value.numerator}/{bottom}"
    return _decimal(value, places).rstrip("0")


def _decimal(value: Fraction, places: int) -> str:
    """*value*, a whole number of the last of *places*, with that many digits after the point."""
    scaled = abs(value) * 10**places
    digits = str(scaled.numerator // scaled.denominator).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + digits[:-places] + "." + digits[-places:]


def display_number(value: Fraction, *, places: int = 0) -> str:
    """*value* for a page: thousands apart, at least *places* decimals, never more than are exact.

    A value that no decimal can write is shown as the nearest below with an ellipsis.

    >>> display_number(Fraction(21060)), display_number(Fraction(11, 2), places=2)
    ('21,060', '5.50')
    >>> display_number(Fraction(1, 3))
    '0.333333…'
    """
    text = write_number(value)
    tail = ""
    if "/" in text:
        whole = abs(value) * 10**6
        text = _decimal((1 if value >= 0 else -1) * Fraction(whole.numerator // whole.denominator, 10**6), 6)
        tail = "…"
    sign = "−" if text.startswith("-") else ""
    whole_part, _, decimals = text.lstrip("-").partition(".")
    decimals = decimals if tail else decimals.ljust(places, "0")
    grouped = f"{int(whole_part):,}"
    return sign + grouped + ("." + decimals if decimals else "") + tail


def round_to(value: Fraction, place: Fraction, mode: str) -> Fraction:
    """*value* rounded to a whole number of *place*, halves going as *mode* says.

    Args:
        value: What to round.
        place: The unit of the last place, above 0: ``1/100`` for hundredths.
        mode: ``half up``, ``half down``, ``half even`` (away from, towards zero, to even), ``up`` or ``down``.

    >>> round_to(Fraction("0.125"), Fraction("0.01"), "half up")
    Fraction(13, 100)
    """
    steps = abs(value) / place
    low = steps.numerator // steps.denominator
    rest = steps - low
    half = Fraction(1, 2)
    up = {
        "half up": rest >= half,
        "half down": rest > half,
        "half even": rest > half or (rest == half and low % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return (low + up) * place * (-1 if value < 0 else 1)
