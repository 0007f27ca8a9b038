"""Rows of a table that PyIceberg made, for what was exported of its schema: what is right has to pass, and what is wrong must not.

Without a library the schema of the table is told, as JSON.
"""

import datetime
import tempfile
import uuid
from decimal import Decimal

import pyarrow as pa
from pyiceberg.catalog.memory import InMemoryCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FixedType,
    IntegerType,
    ListType,
    LongType,
    MapType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
    TimestamptzType,
    TimeType,
    UUIDType,
)
from python_file import load

ROW = {
    "id": 2**62,
    "region": "emea",
    "count": 3,
    "flag": True,
    "ratio": 0.5,
    "amount": Decimal("12.34"),
    "day": datetime.date(2026, 1, 31),
    "clock": datetime.time(22, 31, 8, 123456),
    "local": datetime.datetime(2026, 1, 31, 22, 31, 8, 123456),
    "at": datetime.datetime(2026, 1, 31, 22, 31, 8, 123456, tzinfo=datetime.timezone.utc),
    "key": uuid.UUID("f79c3e09-677c-4bbd-a479-3f349cb785e7"),
    "mark": b"\x00\x01\x02\xff",
    "blob": b"\xff\x00",
    "tags": ["new", "été"],
    "counts": {"a": 1, "b": 2},
    "place": {"city": "Paris", "zip": 75001},
}

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=True, doc="which"),
    NestedField(2, "region", StringType(), required=True),
    NestedField(3, "count", IntegerType()),
    NestedField(4, "flag", BooleanType()),
    NestedField(5, "ratio", DoubleType()),
    NestedField(6, "amount", DecimalType(9, 2)),
    NestedField(7, "day", DateType()),
    NestedField(8, "clock", TimeType()),
    NestedField(9, "local", TimestampType()),
    NestedField(10, "at", TimestamptzType()),
    NestedField(11, "key", UUIDType()),
    NestedField(12, "mark", FixedType(4)),
    NestedField(13, "blob", BinaryType()),
    NestedField(14, "tags", ListType(20, StringType(), element_required=False)),
    NestedField(15, "counts", MapType(21, StringType(), 22, LongType(), value_required=False)),
    NestedField(16, "place", StructType(NestedField(23, "city", StringType(), required=True), NestedField(24, "zip", IntegerType()))),
    identifier_field_ids=[1],
)


def made():
    folder = tempfile.mkdtemp()
    catalog = InMemoryCatalog("lake", warehouse=f"file://{folder}")
    catalog.create_namespace("sales")
    table = catalog.create_table("sales.orders", SCHEMA)
    empty = {name: None for name in ROW} | {"id": 1, "region": "apac"}
    stored = [row | {"key": row["key"] and row["key"].bytes} for row in (ROW, empty)]
    table.append(pa.Table.from_pylist(stored, schema=table.schema().as_arrow()))
    return table


def read(content, library=None):
    table = made()
    if library is None:
        return table.schema().model_dump_json()
    (exported,) = load(content)
    return globals()[library.replace("-", "_")](exported, table)


def refused(work):
    """The kind of the error with which a wrong row is refused; none when it is not."""
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return None


def pandera(exported, table):
    import pandas

    frame = table.scan().to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)
    wrong = {
        "null": frame.assign(region=pandas.array([None, "x"], dtype=frame.dtypes["region"])),
        "text": frame.assign(id=["one", "two"]),
        "missing": frame.drop(columns=["count"]),
        "more": frame.assign(other=1),
    }
    return {"accepted": len(exported.validate(frame)), "refused": {key: refused(lambda: exported.validate(one)) for key, one in wrong.items()}}


def pandera_polars(exported, table):
    import polars

    arrow = table.scan().to_arrow()
    frame = polars.from_arrow(arrow.set_column(arrow.schema.get_field_index("key"), "key", arrow["key"].combine_chunks().storage))
    wrong = {
        "null": frame.with_columns(region=polars.lit(None, dtype=polars.String)),
        "text": frame.with_columns(id=polars.lit("one")),
        "missing": frame.drop("count"),
        "more": frame.with_columns(other=1),
    }
    return {"accepted": len(exported.validate(frame)), "refused": {key: refused(lambda: exported.validate(one)) for key, one in wrong.items()}}


def wrong_rows(row):
    return {
        "null": row | {"region": None},
        "text": row | {"id": "one"},
        "missing": {name: value for name, value in row.items() if name != "region"},
        "more": row | {"other": 1},
        "long": row | {"id": 2**63},
        "int": row | {"count": 2**31},
        "digits": row | {"amount": Decimal("1.234")},
        "zone": row | {"at": row["local"]},
        "no zone": row | {"local": row["at"]},
        "length": row | {"mark": b"\x00"},
        "inside": row | {"place": {"zip": 1}},
    }


def pydantic(exported, table):
    # Rows of Arrow have maps as lists of pairs.
    rows = [row | {"counts": row["counts"] and dict(row["counts"])} for row in table.scan().to_arrow().to_pylist()]
    models = [exported.model_validate(row) for row in rows]
    whole = next(row for row in rows if row["id"] == ROW["id"])
    return {
        "accepted": len([model for model, row in zip(models, rows) if model.model_dump(by_alias=True) == row]),
        "refused": {key: refused(lambda: exported.model_validate(row)) for key, row in wrong_rows(whole).items()},
    }


def dataclass(exported, table):
    rows = table.scan().to_arrow().to_pylist()
    made = [exported(**row) for row in rows]
    wrong = {key: row for key, row in wrong_rows(rows[0]).items() if key in ("missing", "more")}
    return {
        "accepted": len([one for one, row in zip(made, rows) if all(getattr(one, name) == value for name, value in row.items())]),
        "refused": {key: refused(lambda: exported(**row)) for key, row in wrong.items()},
    }


def pyarrow(exported, table):
    rows = table.scan().to_arrow().cast(exported)
    wrong = {"text": [ROW | {"id": "one"}]}
    return {
        "accepted": rows.num_rows if exported.equals(table.schema().as_arrow(), check_metadata=True) else 0,
        "refused": {key: refused(lambda: pa.Table.from_pylist(one, schema=exported)) for key, one in wrong.items()},
    }


def pyiceberg(exported, table):
    return {"accepted": table.scan().to_arrow().num_rows if exported == table.schema() else 0, "refused": {}}
