"""Modules of Python: imports one, and tells what its library understands of each of the tables in it."""

import dataclasses
import datetime
import decimal
import importlib
import types
import typing
import uuid

from words import arrow_field, arrow_type


def load(content):
    module = types.ModuleType("exported")
    source = content.decode()
    exec(compile(source, "exported.py", "exec"), module.__dict__)
    return [getattr(module, name) for name in module.__all__]


def read(content, library):
    understand = globals()[library.replace("-", "_")]
    return [understand(table) for table in load(content)]


def pyarrow(schema):
    return {"columns": [arrow_field(field) for field in schema]}


def pyiceberg(schema):
    return schema.model_dump_json()


def pandera(schema):
    columns = []
    for name, column in schema.columns.items():
        whole = arrow_type(name, column.dtype.type.pyarrow_dtype, not column.nullable)
        columns.append(whole | {"doc": column.description})
    return {"columns": columns}


def pandera_polars(schema):
    return {"columns": [polars_type(name, column.dtype.type, not column.nullable) | {"doc": column.description} for name, column in schema.columns.items()]}


def polars_type(name, dtype, required=False):
    import polars as pl

    column = {"name": name, "required": required}
    if isinstance(dtype, pl.Struct):
        return column | {"type": "struct", "children": [polars_type(field.name, field.dtype) for field in dtype.fields]}
    if isinstance(dtype, pl.List):
        return column | {"type": "list", "children": [polars_type("element", dtype.inner)]}
    if isinstance(dtype, pl.Decimal):
        return column | {"type": f"decimal({dtype.precision},{dtype.scale})"}
    words = {
        pl.Boolean(): "boolean",
        pl.Int32(): "int",
        pl.Int64(): "long",
        pl.Float32(): "float",
        pl.Float64(): "double",
        pl.Date(): "date",
        pl.Time(): "time",
        pl.Datetime("us"): "timestamp",
        pl.Datetime("us", "UTC"): "timestamptz",
        pl.Datetime("ns"): "timestamp_ns",
        pl.Datetime("ns", "UTC"): "timestamptz_ns",
        pl.String(): "string",
        pl.Binary(): "binary",
        pl.Null(): "unknown",
    }
    return column | {"type": words[dtype() if isinstance(dtype, type) else dtype]}


PLAIN = {
    bool: "boolean",
    int: "long",
    float: "double",
    decimal.Decimal: "decimal",
    datetime.date: "date",
    datetime.time: "time",
    datetime.datetime: "timestamp",
    str: "string",
    uuid.UUID: "uuid",
    bytes: "binary",
    type(None): "unknown",
    typing.Any: "any",
}
ZONED = {"NaiveDatetime": "timestamp", "AwareDatetime": "timestamptz"}


def dataclass(cls):
    hints = typing.get_type_hints(cls)
    columns = []
    for field in dataclasses.fields(cls):
        column = annotated(field.name, hints[field.name], lambda nested: dataclass(nested)["columns"])
        default = None if field.default is dataclasses.MISSING else field.default
        columns.append(column | {"id": field.metadata["id"], "doc": field.metadata.get("doc"), "writeDefault": value(default)})
    return {"columns": columns}


def pydantic(model):
    columns = []
    for name, field in model.model_fields.items():
        hint = typing.Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        column = annotated(field.alias or name, hint, lambda nested: pydantic(nested)["columns"])
        default = None if field.is_required() else field.default
        columns.append(column | {"doc": field.description, "writeDefault": value(default)})
    return {"columns": columns}


def annotated(name, hint, fields_of):
    """A column of an annotation: what is allowed to be None is not required."""
    required = True
    if hint is None:
        hint = type(None)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        (hint,) = [part for part in typing.get_args(hint) if part is not type(None)]
        required = False
    constraints = []
    while typing.get_origin(hint) is typing.Annotated:
        hint, *more = typing.get_args(hint)
        constraints += more
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return annotated(name, hint, fields_of)
    column = {"name": name, "required": required and hint is not type(None)}
    arguments = [annotated(part, argument, fields_of) for part, argument in zip(("key", "value"), typing.get_args(hint))]
    if typing.get_origin(hint) is list:
        return column | {"type": "list", "children": arguments}
    if typing.get_origin(hint) is dict:
        return column | {"type": "map", "children": arguments}
    zoned = [word for word in (getattr(part, "__name__", type(part).__name__) for part in [hint, *constraints]) if word in ZONED]
    if zoned:
        return column | {"type": ZONED[zoned[0]]}
    if hint not in PLAIN:
        return column | {"type": "struct", "children": fields_of(hint)}
    return column | {"type": constrained(PLAIN[hint], limits(constraints))}


def limits(constraints):
    found = {}
    for one in constraints:
        for part in [one, *getattr(one, "metadata", [])]:
            for key in ("lt", "max_digits", "decimal_places", "min_length", "max_length"):
                if getattr(part, key, None) is not None:
                    found[key] = getattr(part, key)
    return found


def constrained(word, known):
    if word == "long" and known.get("lt") == 2**31:
        return "int"
    if word == "decimal" and "max_digits" in known:
        return f"decimal({known['max_digits']},{known['decimal_places']})"
    if word == "binary" and "max_length" in known and known["max_length"] == known["min_length"]:
        return f"fixed[{known['max_length']}]"
    return word


def value(default):
    """The JSON of a single value."""
    match default:
        case None | bool() | int() | float() | str():
            return default
        case bytes():
            return default.hex()
        case datetime.date() | datetime.time():
            return default.isoformat()
        case _:
            return str(default)
