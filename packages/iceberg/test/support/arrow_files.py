"""Files as PyArrow's users leave them: without field ids.

arrow_files.py hive FOLDER ROWS   a data set in Hive's folders country=…/day=…
arrow_files.py types FOLDER       one file for each question of types
arrow_files.py stored FOLDER      the same rows as every codec, page version and encoding stores them, and as JSON
"""

import datetime
import decimal
import json
import sys

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq


def hive(folder, rows):
    ids = range(int(rows))
    table = pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "amount": pa.array([None if i % 7 == 0 else i / 4 for i in ids], pa.float64()),
            "price": pa.array([decimal.Decimal(i * 17 - 900).scaleb(-2) for i in ids], pa.decimal128(9, 2)),
            "at": pa.array([datetime.datetime(2026, 1, 1) + datetime.timedelta(minutes=i) for i in ids], pa.timestamp("us")),
            "name": pa.array([f"käse \U0001f680 {i}" if i % 3 else None for i in ids], pa.string()),
            "tags": pa.array([["a", None, "b"][: i % 4] if i % 5 else None for i in ids], pa.list_(pa.string())),
            "place": pa.array([{"city": f"city {i % 4}", "zip": i} if i % 6 else None for i in ids],
                              pa.struct([("city", pa.string()), ("zip", pa.int32())])),
            "country": pa.array([["C/H", "DE", None][i % 3] for i in ids], pa.string()),
            "day": pa.array([f"2026-01-{1 + i % 2:02}" for i in ids], pa.string()),
        }
    )
    partitioning = ds.partitioning(pa.schema([("country", pa.string()), ("day", pa.string())]), flavor="hive")
    ds.write_dataset(table, folder, format="parquet", partitioning=partitioning)


def types(folder):
    moment = datetime.datetime(2026, 1, 1, 12)
    columns = {
        "local": pa.array([moment], pa.timestamp("us")),
        "zoned": pa.array([moment], pa.timestamp("us", "UTC")),
        "nanos": pa.array([moment], pa.timestamp("ns")),
        "millis": pa.array([moment], pa.timestamp("ms")),
        "unsigned": pa.array([4_000_000_000], pa.uint32()),
        "wide": pa.array([decimal.Decimal("1.25")], pa.decimal128(20, 2)),
        "narrow": pa.array([decimal.Decimal("1.25")], pa.decimal128(5, 2)),
        "int": pa.array([7], pa.int32()),
        "float": pa.array([1.5], pa.float32()),
        "date": pa.array([datetime.date(2026, 1, 1)], pa.date32()),
    }
    for name, values in columns.items():
        pq.write_table(pa.table({"value": values}), f"{folder}/{name}.parquet")


def stored(folder):
    ids = range(3000)
    moment = datetime.datetime(1969, 7, 20, 20, 17, 40, 123456)
    table = pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "small": pa.array([None if i % 11 == 0 else i * 7919 % 5000 - 2500 for i in ids], pa.int32()),
            "flag": pa.array([None if i % 13 == 0 else i % 3 == 0 for i in ids], pa.bool_()),
            "ratio": pa.array([None if i % 7 == 0 else i / 8 for i in ids], pa.float32()),
            "amount": pa.array([i * 1.25 - 1000 for i in ids], pa.float64()),
            "text": pa.array([None if i % 5 == 0 else f"käse {i % 17} {i}" for i in ids], pa.string()),
            "hash": pa.array([bytes([i % 256, 255, i // 256, 0]) for i in ids], pa.binary(4)),
            "at": pa.array([None if i % 9 == 0 else moment + datetime.timedelta(hours=i) for i in ids], pa.timestamp("us")),
            "tags": pa.array([None if i % 6 == 0 else [None if j == 2 else f"t{i}" for j in range(i % 4)] for i in ids], pa.list_(pa.string())),
        }
    )
    ours = {"write_statistics": True, "row_group_size": 1000}
    for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        for version in ["1.0", "2.0"]:
            pq.write_table(table, f"{folder}/{codec}-{version}.parquet", compression=codec, data_page_version=version, **ours)
    encodings = {
        "delta": {"id": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "at": "DELTA_BINARY_PACKED",
                  "text": "DELTA_BYTE_ARRAY", "hash": "DELTA_BYTE_ARRAY", "tags.list.element": "DELTA_BYTE_ARRAY"},
        "lengths": {"text": "DELTA_LENGTH_BYTE_ARRAY", "tags.list.element": "DELTA_LENGTH_BYTE_ARRAY"},
        "split": {"id": "BYTE_STREAM_SPLIT", "small": "BYTE_STREAM_SPLIT", "ratio": "BYTE_STREAM_SPLIT",
                  "amount": "BYTE_STREAM_SPLIT", "hash": "BYTE_STREAM_SPLIT"},
        "runs": {"flag": "RLE"},
        "plain": {},
    }
    for name, encoding in encodings.items():
        given = {"column_encoding": encoding} if encoding else {}
        pq.write_table(table, f"{folder}/{name}.parquet", use_dictionary=False, data_page_version="2.0", **given, **ours)
    pq.write_table(table, f"{folder}/int96.parquet", use_deprecated_int96_timestamps=True, **ours)
    pq.write_table(table, f"{folder}/item.parquet", use_compliant_nested_type=False, **ours)
    rows = table.set_column(table.schema.get_field_index("hash"), "hash", pa.array([value.as_py().hex() for value in table["hash"]]))
    rows = rows.set_column(rows.schema.get_field_index("at"), "at", rows["at"].cast(pa.int64()))
    with open(f"{folder}/rows.json", "w") as file:
        json.dump(rows.to_pylist(), file)


{"hive": hive, "types": types, "stored": stored}[sys.argv[1]](*sys.argv[2:])
