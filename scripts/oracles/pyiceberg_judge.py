"""A judge on PyIceberg.

URI is that of a SQL catalog, of a REST catalog, or of a Hive metastore, or the properties of any as JSON. A table may also be the path of its
metadata.

profile METADATA_JSON                                      every snapshot's rows and columns, as JSON
profile-table URI CATALOG WAREHOUSE NAMESPACE.TABLE        the same for a table of a catalog
create URI CATALOG WAREHOUSE NAMESPACE.TABLE VERSION FILES ROWS   a partitioned table, FILES files in as many commits
append URI CATALOG WAREHOUSE NAMESPACE.TABLE FIRST_ID ROWS one more commit
refs URI CATALOG WAREHOUSE NAMESPACE.TABLE                 branches, tags, log and ancestors, as JSON
files URI CATALOG WAREHOUSE NAMESPACE.TABLE                the live files of every snapshot with rows and bytes, as JSON
rows METADATA_JSON|ARROW_STREAM                            the values of each row in the order of the columns, as JSON
serve                                                      does what the lines of its input say, each the arguments as JSON
"""

import contextlib
import io
import json
import math
import struct
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import StaticTable
from pyiceberg.table.snapshots import ancestors_of
from pyiceberg.transforms import DayTransform
from pyiceberg.types import (
    BinaryType,
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
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
)

EPOCH = datetime(1970, 1, 1)

SCHEMA = Schema(
    NestedField(1, "id", LongType(), required=True),
    NestedField(2, "flag", BooleanType()),
    NestedField(3, "small", IntegerType()),
    NestedField(4, "ratio", FloatType()),
    NestedField(5, "amount", DoubleType()),
    NestedField(6, "price", DecimalType(9, 2)),
    NestedField(7, "huge", DecimalType(38, 10)),
    NestedField(8, "day", DateType()),
    NestedField(9, "clock", TimeType()),
    NestedField(10, "at", TimestampType()),
    NestedField(11, "instant", TimestamptzType()),
    NestedField(12, "name", StringType()),
    NestedField(13, "blob", BinaryType()),
    NestedField(14, "place", StructType(NestedField(15, "city", StringType()), NestedField(16, "zip", IntegerType()))),
    NestedField(17, "tags", ListType(18, StringType(), element_required=False)),
    NestedField(19, "counts", MapType(20, StringType(), 21, LongType(), value_required=False)),
)


def catalog(uri, name, warehouse):
    if uri.startswith("{"):
        return load_catalog(name, **json.loads(uri), warehouse=warehouse)
    if uri.startswith("http"):
        return RestCatalog(name, uri=uri)
    if uri.startswith("thrift"):
        return hive_catalog(uri, name)
    return SqlCatalog(name, uri=uri, warehouse=warehouse)


def hive_catalog(uri, name):
    from hive_metastore.ThriftHiveMetastore import Client
    from hive_metastore.ttypes import GetTableRequest
    from pyiceberg.catalog.hive import HiveCatalog

    # PyIceberg asks for tables in a way that Hive 4 no longer has.
    Client.get_table = lambda self, dbname, tbl_name: self.get_table_req(GetTableRequest(dbname, tbl_name)).table
    return HiveCatalog(name, uri=uri, **{"hive.hive2-compatible": "true"})


def record(i):
    row = {"id": i, "at": datetime(2024, 1, 15)}
    if i % 7 == 3:
        return row
    return row | {
        "flag": i % 2 == 0,
        "small": i * 31 % 100_003 - 50_000,
        "ratio": math.nan if i % 11 == 0 else i / 8,
        "amount": -0.0 if i % 13 == 0 else i * 1.25 - 1000,
        "price": Decimal(i * 17 % 1_000_000 - 500_000).scaleb(-2),
        "huge": Decimal("-1234567890123456789.0123456789") + i,
        "day": date(1969, 6, 1) + timedelta(days=i % 400),
        "clock": (EPOCH + timedelta(microseconds=i * 1_000_003 % 86_400_000_000)).time(),
        "at": datetime(2024, 1, 1) + timedelta(hours=i % 200, microseconds=i),
        "instant": datetime(2023, 5, 1, tzinfo=timezone.utc) + timedelta(minutes=i),
        "name": f"käse-🚀-{i}" if i % 5 == 0 else f"a rather long name that is cut off {i % 50}",
        "blob": f"blob{i % 9}".encode(),
        "place": None if i % 17 == 0 else {"city": None if i % 3 == 0 else f"city {i % 20}", "zip": i % 1000},
        "tags": [None if tag == 2 else f"tag{tag}" for tag in range(i % 4)],
        "counts": None if i % 19 == 0 else [(f"k{i % 3}", i)],
    }


def append(table, first, rows):
    records = [record(i) for i in range(first, first + rows)]
    table.append(pa.Table.from_pylist(records, schema=table.schema().as_arrow()))


def create(uri, name, warehouse, identifier, version, files, rows):
    lake = catalog(uri, name, warehouse)
    lake.create_namespace_if_not_exists(identifier.rsplit(".", 1)[0])
    spec = PartitionSpec(PartitionField(10, 1000, DayTransform(), "at_day"))
    table = lake.create_table(identifier, SCHEMA, partition_spec=spec, properties={"format-version": version})
    for file in range(int(files)):
        append(table, file * int(rows), int(rows))


def measure(value):
    """The same measures as the judge in Java takes."""
    match value:
        case bool():
            return int(value)
        case int():
            return value
        case float():
            return Fraction(value)
        case Decimal():
            return Fraction(value)
        case str():
            return len(value.encode())
        case bytes():
            return sum(value)
        case datetime():
            return (value.replace(tzinfo=None) - EPOCH) // timedelta(microseconds=1)
        case date():
            return (value - EPOCH.date()).days
        case time():
            return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        case list():
            return len(value)
    if hasattr(value, "bytes"):
        return sum(value.bytes)
    raise TypeError(f"no measure for {type(value)}")


def plain(total):
    """An exact sum as the decimal text that Java's BigDecimal.toPlainString gives."""
    total = Fraction(total)
    digits = 0
    while (total * 10**digits).denominator != 1:
        digits += 1
    scaled = str(abs(int(total * 10**digits))).rjust(digits + 1, "0")
    text = f"{scaled[:-digits]}.{scaled[-digits:]}" if digits else scaled
    return f"-{text}" if total < 0 else text


def visit(prefix, values, columns):
    for name, value in values.items():
        column = columns.setdefault(prefix + name, {"nulls": 0, "nans": 0, "sum": Fraction(0)})
        if value is None:
            column["nulls"] += 1
        elif isinstance(value, dict):
            visit(f"{prefix}{name}.", value, columns)
        elif isinstance(value, float) and math.isnan(value):
            column["nans"] += 1
        else:
            column["sum"] += measure(value)


def profile(table):
    result = {}
    for snapshot in table.metadata.snapshots:
        columns = {}
        rows = 0
        for batch in table.scan(snapshot_id=snapshot.snapshot_id).to_arrow_batch_reader():
            for row in batch.to_pylist():
                rows += 1
                visit("", row, columns)
        for column in columns.values():
            column["sum"] = plain(column["sum"])
        result[str(snapshot.snapshot_id)] = {"rows": rows, "columns": columns}
    print(json.dumps(result))


def files(table):
    found = {
        str(snapshot.snapshot_id): {
            file["file_path"]: [file["record_count"], file["file_size_in_bytes"]]
            for file in table.inspect.files(snapshot_id=snapshot.snapshot_id).to_pylist()
        }
        for snapshot in table.metadata.snapshots
    }
    print(json.dumps(found))


def refs(table):
    found = {
        name: {
            "type": ref.snapshot_ref_type.value,
            "snapshotId": str(ref.snapshot_id),
            "maxRefAge": ref.max_ref_age_ms,
            "maxSnapshotAge": ref.max_snapshot_age_ms,
            "minSnapshotsToKeep": ref.min_snapshots_to_keep,
        }
        for name, ref in table.metadata.refs.items()
    }
    ancestors = ancestors_of(table.current_snapshot(), table.metadata)
    print(
        json.dumps(
            {
                "refs": found,
                "log": [str(entry.snapshot_id) for entry in table.history()],
                "ancestors": [str(snapshot.snapshot_id) for snapshot in ancestors],
            }
        )
    )


def plain_values(values):
    """The values of an Arrow array: numbers and moments as the text of their integers, floats by their bits, bytes as hexadecimal."""
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    kind = values.type
    if pa.types.is_struct(kind):
        children = [plain_values(child) for child in values.flatten()]
        return present(values, [list(row) for row in zip(*children)])
    if pa.types.is_map(kind):
        entries = [list(entry) for entry in zip(plain_values(values.keys), plain_values(values.items))]
        return present(values, slices(values, entries))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return present(values, slices(values, plain_values(values.values)))
    if pa.types.is_date32(kind):
        values = values.cast(pa.int32())
    elif pa.types.is_temporal(kind):
        values = values.cast(pa.int64())
    return [scalar(value) for value in values.to_pylist()]


def slices(values, items):
    offsets = values.offsets.to_pylist()
    return [items[start:end] for start, end in zip(offsets, offsets[1:])]


def present(values, items):
    return [item if valid else None for item, valid in zip(items, values.is_valid().to_pylist())]


def scalar(value):
    match value:
        case None | bool() | str():
            return value
        case int():
            return str(value)
        case float():
            return "nan" if math.isnan(value) else struct.pack(">d", value).hex()
        case Decimal():
            sign, digits, _ = value.as_tuple()
            return str(int("".join(map(str, digits))) * (-1 if sign else 1))
        case bytes():
            return value.hex()
    return value.bytes.hex()


def rows(path):
    if path.endswith(".arrow"):
        with pa.ipc.open_stream(path) as stream:
            table = stream.read_all()
    else:
        table = StaticTable.from_metadata(path).scan().to_arrow()
    columns = [[value for chunk in column.chunks for value in plain_values(chunk)] for column in table.columns]
    print(json.dumps([list(row) for row in zip(*columns)]))


def table_of(uri, name, warehouse, table):
    if "/" in table:
        return StaticTable.from_metadata(table, json.loads(uri) if uri.startswith("{") else {})
    return catalog(uri, name, warehouse).load_table(table)


def serve():
    """A line of output for each: what the command prints, or the error that ended it."""
    for line in sys.stdin:
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                main(*json.loads(line))
            answer = {"said": said.getvalue()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def main(command, *args):
    match command:
        case "profile":
            profile(StaticTable.from_metadata(args[0]))
        case "profile-table":
            profile(table_of(*args))
        case "create":
            create(*args)
        case "files":
            files(table_of(*args))
        case "refs":
            refs(table_of(*args))
        case "append":
            append(table_of(*args[:4]), int(args[4]), int(args[5]))
        case "rows":
            rows(args[0])
        case "serve":
            serve()
        case _:
            raise SystemExit(f"unknown command {command}")


main(*sys.argv[1:])
