"""Random values of primitive types, as PyArrow takes them: dates and times are whole numbers in the unit in which they are stored."""

import decimal
import re
import struct

_float = struct.Struct("<f")
POINTS = ["\0", "a", "b", "z", "\x7f", "\x80", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"]
FLOATS = [float("nan"), 0.0, -0.0, float("inf"), float("-inf"), 1.0, -1.5]
DAY = 86_400_000_000
decimal.getcontext().prec = 60


def whole(least, most):
    """Whole numbers, often small ones or ones at the ends of the range."""
    edges = [value for value in (least, most, 0, 1, -1) if least <= value <= most]

    def value(rng):
        kind = rng.random()
        if kind < 0.1:
            return rng.choice(edges)
        if kind < 0.5:
            return min(most, max(least, rng.randint(-100, 1000)))
        return rng.randint(least, most)

    return value


def rounded(value):
    try:
        return _float.unpack(_float.pack(value))[0]
    except OverflowError:
        return float("inf")


def floats(rng):
    return rng.choice(FLOATS) if rng.random() < 0.2 else rounded(rng.gauss(0, 10 ** rng.randint(-3, 6)))


def doubles(rng):
    return rng.choice(FLOATS) if rng.random() < 0.2 else rng.gauss(0, 10 ** rng.randint(-3, 200))


def length(rng):
    kind = rng.random()
    if kind < 0.1:
        return 0
    return rng.randint(1, 12) if kind < 0.9 else rng.randint(12, 80) if kind < 0.99 else rng.randint(80, 3000)


def strings(rng):
    kind = rng.random()
    if kind < 0.5:
        return f"{rng.choice(('a', 'käse', 'prefix that all of them have '))}{rng.randint(0, 999)}"
    if kind < 0.6:
        return "\U0010ffff" * rng.randint(1, 20)
    return "".join(rng.choices(POINTS, k=length(rng)))


def binaries(rng):
    return b"\xff" * rng.randint(1, 20) if rng.random() < 0.1 else rng.randbytes(length(rng))


def fixed(size):
    return lambda rng: b"\xff" * size if rng.random() < 0.1 else rng.randbytes(size)


def decimals(precision, scale):
    number = whole(1 - 10**precision, 10**precision - 1)
    return lambda rng: decimal.Decimal(number(rng)).scaleb(-scale)


def values_of(kind, most_micros=2**62):
    """Gives values of a stored primitive type; moments no further than `most_micros` from the epoch."""
    if kind == "boolean":
        return lambda rng: rng.random() < 0.5
    if kind.startswith("decimal"):
        precision, scale = map(int, re.findall(r"\d+", kind))
        return decimals(precision, scale)
    if kind == "uuid":
        return fixed(16)
    if kind.startswith("fixed"):
        return fixed(int(re.search(r"\d+", kind)[0]))
    if kind.startswith("timestamp"):
        return whole(-most_micros, most_micros)
    return {
        "int": whole(-(2**31), 2**31 - 1),
        "long": whole(-(2**63), 2**63 - 1),
        "date": whole(-1_000_000, 1_000_000),
        "time": whole(0, DAY - 1),
        "float": floats,
        "double": doubles,
        "string": strings,
        "binary": binaries,
    }[kind]
