"""How a column of a table is stored in one file: an Arrow type, values for it, and their text as values of the table's type."""

import re
from dataclasses import dataclass
from typing import Any, Callable

import pyarrow as pa

import fingerprint
from values import values_of, whole


@dataclass
class Stored:
    arrow: pa.DataType
    # From a source of random numbers.
    value: Callable[[Any], Any]
    text: Callable[[Any], str]
    # Paths of the leaves below it with their physical types, for settings of each column.
    leaves: list


def field_of(name, arrow, nullable, field_id, habits):
    metadata = {"PARQUET:field_id": str(field_id)} if habits.ids else None
    return pa.field(name, arrow, nullable=nullable, metadata=metadata)


def optional(stored, rng, required):
    """The same with nulls now and then; returns it and whether the file says that there may be some."""
    rate = 0 if required else rng.choice((0, 0.05, 0.3, 0.9, 1))
    inner, text = stored.value, stored.text
    nullable = rate > 0 or rng.random() < 0.6
    value = inner if rate == 0 else lambda values: None if values.random() < rate else inner(values)
    shown = lambda one: fingerprint.NULL if one is None else text(one)
    return Stored(stored.arrow, value, shown, stored.leaves), nullable


def narrower(kind, rng):
    """A type that the table's was once."""
    if rng.random() > 0.15:
        return kind
    if kind.startswith("decimal"):
        precision, scale = map(int, re.findall(r"\d+", kind))
        return f"decimal({rng.randint(max(scale, 1), precision)},{scale})"
    return {"long": "int", "double": "float"}.get(kind, kind)


def with_zero(value, zero):
    """Values whose zeros have one sign: in its dictionaries DuckDB has one zero."""
    return lambda values: value(values) or zero


def primitive(kind, rng, habits, top, unique=False):
    own = narrower(kind, rng)
    text = fingerprint.of_primitive(kind)
    most = 2**62
    if own in ("timestamp", "timestamptz"):
        unit = "ms" if habits.millis and not habits.int96 else "us"
        most = 2**53 if habits.int96 else 2**51 if unit == "ms" else most
        arrow = pa.timestamp(unit, "UTC" if own.endswith("tz") else None)
        if unit == "ms":
            text = lambda value: str(value * 1000)
    else:
        arrow = arrow_of(own, rng, habits, top)
    value = values_of(own, most)
    if habits.by_duckdb and own == "int":
        # Differences that take more than 32 bits DuckDB (1.5) writes so that PyArrow does not read them.
        value = whole(-(2**30), 2**30 - 1)
    if habits.by_duckdb and own in ("float", "double"):
        value = with_zero(value, rng.choice((0.0, -0.0)))
    if not unique and rng.random() < 0.5:
        pool = [value(rng) for _ in range(rng.choice((1, 2, 3, 10, 40, 200)))]
        value = lambda values: values.choice(pool)
    return Stored(arrow, value, text, [((), physical(own, habits))])


def arrow_of(kind, rng, habits, top):
    if kind.startswith("decimal"):
        precision, scale = map(int, re.findall(r"\d+", kind))
        kinds = [pa.decimal128] + [pa.decimal256] + [pa.decimal64] * (precision <= 18) + [pa.decimal32] * (precision <= 9)
        return (rng.choice(kinds) if rng.random() < 0.2 else pa.decimal128)(precision, scale)
    if kind == "uuid":
        return pa.uuid() if top else pa.binary(16)
    if kind.startswith("fixed"):
        return pa.binary(int(re.search(r"\d+", kind)[0]))
    if kind == "string":
        kinds = [pa.large_string()] + [pa.string_view(), pa.dictionary(pa.int32(), pa.string())] * top
        return rng.choice(kinds) if rng.random() < 0.4 else pa.string()
    if kind == "binary":
        return rng.choice([pa.large_binary()] + [pa.binary_view()] * top) if rng.random() < 0.4 else pa.binary()
    return {
        "boolean": pa.bool_(),
        "int": pa.int32(),
        "long": pa.int64(),
        "float": pa.float32(),
        "double": pa.float64(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "timestamp_ns": pa.timestamp("ns"),
        "timestamptz_ns": pa.timestamp("ns", "UTC"),
    }[kind]


def physical(kind, habits):
    if kind.startswith("decimal"):
        precision = int(re.search(r"\d+", kind)[0])
        return "FIXED" if precision > 18 or not habits.integers else "INT32" if precision <= 9 else "INT64"
    if kind.startswith("timestamp"):
        return "INT96" if habits.int96 else "INT64"
    names = {"boolean": "BOOLEAN", "int": "INT32", "date": "INT32", "float": "FLOAT", "double": "DOUBLE", "string": "BYTES", "binary": "BYTES"}
    return names.get(kind) or ("FIXED" if kind == "uuid" or kind.startswith("fixed") else "INT64")


def below(step, leaves):
    return [((*step, *path), kind) for path, kind in leaves]


def stored(kind, rng, habits, top=True):
    """One way to store values of a type, with what is below it."""
    if isinstance(kind, str):
        return primitive(kind, rng, habits, top)
    return {"struct": struct_of, "list": list_of, "map": map_of}[kind["type"]](kind, rng, habits)


def struct_of(kind, rng, habits):
    missing = {field["id"] for field in kind["fields"] if not field["required"] and rng.random() < 0.1}
    kept = [field for field in kind["fields"] if field["id"] not in missing] or kind["fields"]
    order = rng.sample(kept, len(kept)) if rng.random() < 0.3 else kept
    fields, parts, leaves = [], {}, []
    for field in order:
        own, nullable = optional(stored(field["type"], rng, habits, False), rng, field["required"])
        name = f"{field['name']}_old" if habits.rename and rng.random() < 0.3 else field["name"]
        fields.append(field_of(name, own.arrow, nullable, field["id"], habits))
        parts[field["id"]] = (name, own)
        leaves += below((name,), own.leaves)
    makers = [(name, own.value) for name, own in parts.values()]
    texts = [parts.get(field["id"]) for field in kind["fields"]]

    def text(value):
        return "(" + ",".join([own[1].text(value[own[0]]) if own else fingerprint.NULL for own in texts]) + ")"

    return Stored(pa.struct(fields), lambda values: {name: make(values) for name, make in makers}, text, leaves)


def count(rng):
    return rng.choice((0, 0, 1, 1, 2, 3, 4)) if rng.random() < 0.98 else rng.randint(5, 60)


def list_of(kind, rng, habits):
    own, nullable = optional(stored(kind["element"], rng, habits, False), rng, kind["element-required"])
    name = "element" if habits.compliant else "item"
    element = field_of(name, own.arrow, nullable, kind["element-id"], habits)
    make, show = own.value, own.text
    arrow = pa.large_list(element) if rng.random() < 0.2 else pa.list_(element)
    return Stored(
        arrow,
        lambda values: [make(values) for _ in range(count(values))],
        lambda value: "[" + ",".join([show(one) for one in value]) + "]",
        below(("list", name), own.leaves),
    )


def map_of(kind, rng, habits):
    key = primitive(kind["key"], rng, habits, False, unique=True)
    own, nullable = optional(stored(kind["value"], rng, habits, False), rng, kind["value-required"])
    make_key, make, show_key, show = key.value, own.value, key.text, own.text
    arrow = pa.map_(
        field_of("key", key.arrow, False, kind["key-id"], habits),
        field_of("value", own.arrow, nullable, kind["value-id"], habits),
    )
    return Stored(
        arrow,
        lambda values: list({make_key(values): make(values) for _ in range(count(values))}.items()),
        lambda value: "{" + ",".join([show_key(one) + ":" + show(other) for one, other in value]) + "}",
        below(("key_value", "key"), key.leaves) + below(("key_value", "value"), own.leaves),
    )
