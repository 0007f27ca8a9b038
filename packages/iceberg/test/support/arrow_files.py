"""Files as PyArrow's users leave them: without field ids.

arrow_files.py hive FOLDER ROWS   a data set in Hive's folders country=…/day=…
arrow_files.py types FOLDER       one file for each question of types
"""

import datetime
import decimal
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


if sys.argv[1] == "hive":
    hive(*sys.argv[2:])
else:
    types(*sys.argv[2:])
