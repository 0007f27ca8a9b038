"""Types of tools in the words of Iceberg's specification."""

import pyarrow as pa

ARROW = {
    pa.bool_(): "boolean",
    pa.int32(): "int",
    pa.int64(): "long",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.date32(): "date",
    pa.time64("us"): "time",
    pa.timestamp("us"): "timestamp",
    pa.timestamp("us", tz="UTC"): "timestamptz",
    pa.timestamp("ns"): "timestamp_ns",
    pa.timestamp("ns", tz="UTC"): "timestamptz_ns",
    pa.string(): "string",
    pa.large_string(): "string",
    pa.binary(): "binary",
    pa.large_binary(): "binary",
    pa.uuid(): "uuid",
    pa.null(): "unknown",
}


def arrow_field(field):
    """A field of Arrow, with the id and the doc that its metadata has."""
    column = arrow_type(field.name, field.type, not field.nullable)
    metadata = field.metadata or {}
    if b"PARQUET:field_id" in metadata:
        column |= {"id": int(metadata[b"PARQUET:field_id"]), "doc": metadata[b"doc"].decode() if b"doc" in metadata else None}
    return column


def arrow_type(name, arrow, required):
    column = {"name": name, "required": required}
    if pa.types.is_struct(arrow):
        return column | {"type": "struct", "children": [arrow_field(field) for field in arrow]}
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return column | {"type": "list", "children": [arrow_field(arrow.value_field)]}
    if pa.types.is_map(arrow):
        return column | {"type": "map", "children": [arrow_field(arrow.key_field), arrow_field(arrow.item_field)]}
    if pa.types.is_decimal128(arrow):
        return column | {"type": f"decimal({arrow.precision},{arrow.scale})"}
    if pa.types.is_fixed_size_binary(arrow):
        return column | {"type": f"fixed[{arrow.byte_width}]"}
    return column | {"type": ARROW[arrow]}
