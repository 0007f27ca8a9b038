"""Values as text that tells any two of them apart, and a column as a digest of it. Every judge of the fuzzer writes the same text.

null `_` · booleans `t` and `f` · whole numbers, and dates and times in the unit of the type, in decimal · floats as the bits of the double,
or `NaN` · decimals unscaled · text `'` and binary `x` in hexadecimal · lists `[a,b]` · maps `{k:v,…}` · structs `(a,b)` in the table's order
"""

import hashlib
import re
import struct

NULL = "_"
_bits = struct.Struct("<d")
_integer = struct.Struct("<q")


def of_double(value):
    return "NaN" if value != value else str(_integer.unpack(_bits.pack(value))[0])


def of_boolean(value):
    return "t" if value else "f"


def of_string(value):
    return "'" + value.encode().hex()


def of_binary(value):
    return "x" + value.hex()


def of_decimal(scale):
    def text(value):
        sign, digits, exponent = value.as_tuple()
        unscaled = int("".join(map(str, digits))) * 10 ** (exponent + scale)
        return str(-unscaled if sign else unscaled)

    return text


def of_primitive(kind):
    """The text of values of a primitive type, whose dates and times are whole numbers already."""
    if kind == "boolean":
        return of_boolean
    if kind in ("float", "double"):
        return of_double
    if kind == "string":
        return of_string
    if kind == "uuid":
        return lambda value: "x" + (value if isinstance(value, bytes) else value.bytes).hex()
    if kind == "binary" or kind.startswith("fixed"):
        return of_binary
    if kind.startswith("decimal"):
        return of_decimal(int(re.search(r",\s*(\d+)", kind)[1]))
    return str


def of_type(kind, name=lambda field: field["name"]):
    """The text of values of a type: structs are dictionaries by `name`, maps are lists of pairs or of structs of key and value."""
    if isinstance(kind, str):
        inner = of_primitive(kind)
        return lambda value: NULL if value is None else inner(value)
    if kind["type"] == "struct":
        fields = [(name(field), of_type(field["type"], name)) for field in kind["fields"]]
        return lambda value: NULL if value is None else "(" + ",".join([text(value[key]) for key, text in fields]) + ")"
    if kind["type"] == "list":
        element = of_type(kind["element"], name)
        return lambda value: NULL if value is None else "[" + ",".join([element(one) for one in value]) + "]"
    key, inner = of_type(kind["key"], name), of_type(kind["value"], name)

    def of_map(value):
        if value is None:
            return NULL
        pairs = [(one["key"], one["value"]) if isinstance(one, dict) else one for one in value]
        return "{" + ",".join([key(one) + ":" + inner(other) for one, other in pairs]) + "}"

    return of_map


def digest(texts):
    return hashlib.md5(",".join(texts).encode()).hexdigest()
