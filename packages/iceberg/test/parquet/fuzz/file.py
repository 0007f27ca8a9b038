"""One random file of a table, as one of two writers leaves it."""

import random
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

import fingerprint
import settings
import table
from stored import below, field_of, optional, stored


def has(kind, which):
    """Whether a primitive type at any depth is one of some."""
    if isinstance(kind, str):
        return which(kind)
    if kind["type"] == "struct":
        return any(has(one["type"], which) for one in kind["fields"])
    return any(has(kind[part], which) for part in ("element", "key", "value") if part in kind)


def is_foreign(field):
    """Whether DuckDB would store a column as another type: it has no fixed bytes and no nanoseconds with a zone."""
    kind = field["type"]
    return kind != "uuid" and has(kind, lambda one: one in ("uuid", "timestamptz_ns") or one.startswith("fixed"))


def may_be_missing(field):
    return not field["required"] or "initial-default" in field


@dataclass
class Habits:
    """What all columns of a file have in common."""

    by_duckdb: bool
    # Whether its columns have field ids; else they are known by a name mapping.
    ids: bool
    # Whether columns may have other names than the table has for them.
    rename: bool
    # Whether elements of lists are named as Parquet says, and not as Arrow does.
    compliant: bool
    int96: bool
    millis: bool
    # Whether small decimals are stored as integers.
    integers: bool

    @staticmethod
    def of(rng, fields, is_mapped, may_be_int96):
        by_duckdb = rng.random() < 0.3 and not is_mapped and all(may_be_missing(field) or not is_foreign(field) for field in fields)
        return Habits(
            by_duckdb=by_duckdb,
            ids=not is_mapped,
            rename=rng.random() < 0.4 and not is_mapped,
            compliant=rng.random() < 0.8 or is_mapped,
            int96=rng.random() < 0.15 and may_be_int96 and not by_duckdb,
            millis=rng.random() < 0.15,
            integers=rng.random() < 0.5,
        )


def write(path, name, fields, rows, habits, has_lineage):
    """
    Writes a file, or what DuckDB is to write it from.

    :param name: of all that is random in the file
    :return: what it is, and the text of every row that is not deleted, by field id
    """
    rng = random.Random(name)
    is_some_deleted = rng.random() < 0.2
    deleted = set(rng.sample(range(rows), rng.choice((min(1, rows), rows // 3, rows)))) if is_some_deleted else set()
    first_row_id = rng.choice((None, 0, 1000, 2**40)) if has_lineage else None
    sequence_number = rng.randint(1, 50)
    is_in_order = rng.random() < 0.7
    columns, texts = [], {}
    for field in fields:
        # A column has numbers of its own, so that it stays as it is when others are dropped.
        own_rng = random.Random(f"{name} {field['id']}")
        if is_missing(field, own_rng, habits):
            text = [table.DEFAULTS[field["type"]][1] if "initial-default" in field else fingerprint.NULL] * rows
        else:
            column = column_of(field, own_rng, habits, rows)
            columns.append(column)
            text = column.texts
        if first_row_id is not None and field in table.LINEAGE:
            of_row = range(first_row_id, first_row_id + rows) if field is table.ROW_ID else [sequence_number] * rows
            text = [str(inherited) if own == fingerprint.NULL else own for own, inherited in zip(text, of_row)]
        texts[field["id"]] = [own for row, own in enumerate(text) if row not in deleted]
    if not columns:
        # Rows without a column cannot be written: one that the table does not know.
        columns = [Column(pa.array([1] * rows, pa.int32()), field_of("nobody", pa.int32(), True, 1_000_000, habits), [("nobody", "INT32")], [])]
    described = {
        "path": path,
        "rows": rows,
        "deleted": sorted(deleted),
        "firstRowId": None if first_row_id is None else str(first_row_id),
        "sequenceNumber": str(sequence_number),
        "lineage": has_lineage,
        "duckdb": store(path, name, columns if is_in_order else rng.sample(columns, len(columns)), habits),
    }
    return described, texts


def store(path, name, columns, habits):
    """Writes columns; returns what DuckDB has to do where it is the writer."""
    schema = pa.schema([column.field for column in columns])
    arrow = pa.Table.from_arrays([column.array for column in columns], schema=schema)
    if not habits.by_duckdb:
        leaves = [leaf for column in columns for leaf in column.leaves]
        pq.write_table(arrow, path, **settings.of_arrow(name, habits, leaves, len(arrow)))
        return None
    pq.write_table(arrow, f"{path}.plain")
    return {"from": f"{path}.plain", "to": path, "options": settings.of_duckdb(name), "ids": field_ids(schema)}


def is_missing(field, rng, habits):
    if field in table.LINEAGE:
        # A name mapping has no reserved fields.
        return not habits.ids or rng.random() < 0.5
    return may_be_missing(field) and (rng.random() < 0.12 or (habits.by_duckdb and is_foreign(field)))


@dataclass
class Column:
    array: pa.Array
    field: pa.Field
    # Paths with their physical types.
    leaves: list
    texts: list


def column_of(field, rng, habits, rows):
    """A column of a file with random values."""
    own, nullable = optional(stored(field["type"], rng, habits), rng, field["required"])
    name = f"old_{field['name']}" if habits.rename and rng.random() < 0.3 else field["name"]
    values = [own.value(rng) for _ in range(rows)]
    if field in table.LINEAGE:
        values = [value if value is None else abs(value) % 2**31 for value in values]
    if field["type"] in ("int", "long", "date", "string", "timestamp") and rng.random() < 0.3:
        values.sort(key=lambda value: (value is None, value))
    leaves = [(".".join(path), kind) for path, kind in below((name,), own.leaves)]
    arrow_field = field_of(name, own.arrow, nullable, field["id"], habits)
    return Column(pa.array(values, own.arrow), arrow_field, leaves, [own.text(value) for value in values])


def field_ids(fields):
    """Field ids as DuckDB takes them: of a column its own, of a nested one a map with those of its parts."""
    return {field.name: ids_of(field) for field in fields}


def ids_of(field):
    own, kind = int(field.metadata[b"PARQUET:field_id"]), field.type
    if pa.types.is_struct(kind):
        return {"__duckdb_field_id": own, **field_ids(kind)}
    if pa.types.is_map(kind):
        return {"__duckdb_field_id": own, "key": ids_of(kind.key_field), "value": ids_of(kind.item_field)}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return {"__duckdb_field_id": own, "element": ids_of(kind.value_field)}
    return own
