"""PyArrow makes the fuzzer's cases and reads what came out of them. A request and its answer are a line of JSON each."""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq

import fingerprint
from case import make


def may_be_null(field, kind):
    """A field of another type. What is required within a struct that is null is null for PyArrow, which then casts it to nothing that is not."""
    return field.with_type(kind).with_nullable(True)


def whole(kind):
    """An Arrow type with whole numbers in place of dates and times."""
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        return pa.int64()
    if pa.types.is_date(kind):
        return pa.int32()
    if pa.types.is_struct(kind):
        return pa.struct([may_be_null(field, whole(field.type)) for field in kind])
    if pa.types.is_map(kind):
        return pa.map_(kind.key_field.with_type(whole(kind.key_type)), may_be_null(kind.item_field, whole(kind.item_type)))
    if pa.types.is_list(kind):
        return pa.list_(may_be_null(kind.value_field, whole(kind.value_type)))
    return kind


def read(schema, paths, inputs):
    """The digests of some files; without the columns that PyArrow does not read, where it does not read what they were made of either."""
    everything = range(len(schema["fields"]))
    try:
        return digests(schema, paths, everything)
    except (pa.ArrowException, OSError):
        if all(is_readable(path) for path in inputs):
            raise
    found = {}
    for at in everything:
        try:
            found.update(digests(schema, paths, [at]))
        except (pa.ArrowException, OSError):
            pass
    return found


def is_readable(path):
    """Whether PyArrow (26) reads every row group: not so nulls alone in DELTA_BYTE_ARRAY, or large differences in DuckDB's DELTA_BINARY_PACKED."""
    try:
        file = pq.ParquetFile(path)
        for row_group in range(file.num_row_groups):
            file.read_row_group(row_group)
        return True
    except (pa.ArrowException, OSError):
        return False


def leaves(kind):
    """How many columns of a file a type has."""
    if isinstance(kind, str):
        return 1
    if kind["type"] == "struct":
        return sum(leaves(field["type"]) for field in kind["fields"])
    return leaves(kind["element"]) if kind["type"] == "list" else leaves(kind["key"]) + leaves(kind["value"])


def table_of(path, fields, chosen):
    """The columns of a file at some places, and at no others: those that PyArrow cannot read would keep it from the rest."""
    counts = [leaves(field["type"]) for field in fields]
    indices = [index for at in chosen for index in range(sum(counts[:at]), sum(counts[: at + 1]))]
    return pq.ParquetFile(path).reader.read_all(column_indices=indices)


def digests(schema, paths, chosen):
    """A digest of each of the columns at some places of some files, read one after the other, by field id."""
    fields = [schema["fields"][at] for at in chosen]
    texts = {field["id"]: [] for field in fields}
    for path in paths:
        table = table_of(path, schema["fields"], chosen)
        for at, field in enumerate(fields):
            stored = table.schema.field(at)
            if stored.metadata[b"PARQUET:field_id"] != str(field["id"]).encode():
                raise ValueError(f"{path} has {stored.name} in the place of {field['name']}")
            named = names(field["type"], stored.type)
            text = fingerprint.of_type(field["type"], lambda inner: named[inner["id"]])
            column = table.column(at)
            wanted = whole(stored.type)
            values = (column if wanted == stored.type else column.cast(wanted)).to_pylist()
            texts[field["id"]] += [text(value) for value in values]
    return {str(key): fingerprint.digest(all_texts) for key, all_texts in texts.items()}


def names(kind, arrow):
    """The names that the fields of structs have in a file, by field id."""
    if isinstance(kind, str):
        return {}
    if kind["type"] == "struct":
        found = {field["id"]: own.name for field, own in zip(kind["fields"], arrow)}
        for field, own in zip(kind["fields"], arrow):
            found.update(names(field["type"], own.type))
        return found
    if kind["type"] == "list":
        return names(kind["element"], arrow.value_type)
    return {**names(kind["key"], arrow.key_type), **names(kind["value"], arrow.item_type)}


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"make": make, "read": read}[request.pop("do")](**request)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
