"""pyarrow: what it reads of the schema at the beginning of an IPC stream."""

import json

import pyarrow as pa
from words import arrow_field


def read(content):
    schema = pa.ipc.read_schema(pa.BufferReader(content))
    metadata = schema.metadata or {}
    return {"columns": [extended(field, arrow_field(field)) for field in schema], "doc": metadata[b"doc"].decode() if b"doc" in metadata else None}


def extended(field, column):
    """Extensions that pyarrow does not know stay in the metadata of their fields."""
    metadata = field.metadata or {}
    match metadata.get(b"ARROW:extension:name"):
        case b"arrow.parquet.variant":
            return column | {"type": "variant", "children": []}
        case b"geoarrow.wkb":
            parameters = json.loads(metadata[b"ARROW:extension:metadata"])
            if "edges" in parameters:
                return column | {"type": f"geography({parameters['crs']},{parameters['edges']})"}
            return column | {"type": f"geometry({parameters['crs']})"}
    return column | {"children": [extended(*pair) for pair in zip(fields_of(field.type), column.get("children", []))]}


def fields_of(arrow):
    if pa.types.is_map(arrow):
        return [arrow.key_field, arrow.item_field]
    return [arrow.field(index) for index in range(arrow.num_fields)]
