"""A random table: its schema and its properties."""

PRIMITIVES = ["boolean", "int", "long", "float", "double", "date", "time", "timestamp", "timestamptz", "timestamp_ns", "timestamptz_ns"]
PRIMITIVES += ["string", "string", "uuid", "binary", "fixed[3]", "fixed[16]", "decimal(7,2)", "decimal(9,0)", "decimal(18,4)", "decimal(38,10)"]
KEYS = ["string", "int", "long", "date", "timestamp", "decimal(9,2)", "binary", "uuid"]
NAMES = ["{}", "{}", "{}", "{}", "Ünï {}", "{}-dash", "{} 'quoted'", '{} "q"', "{}_x2D"]
ROW_ID = {"id": 2147483540, "name": "_row_id", "required": False, "type": "long"}
LAST_UPDATED = {"id": 2147483539, "name": "_last_updated_sequence_number", "required": False, "type": "long"}
LINEAGE = (ROW_ID, LAST_UPDATED)
# In the JSON of a schema, and as text.
DEFAULTS = {"int": (7, "7"), "long": (-(2**40), str(-(2**40))), "string": ("käse", "'" + "käse".encode().hex()), "boolean": (True, "t")}


class Ids:
    """Field ids that are not in a row."""

    def __init__(self, rng):
        self.rng, self.last = rng, 0

    def next(self):
        self.last += self.rng.choice((1, 1, 1, 2, 30))
        return self.last


def type_of(rng, ids, depth=0):
    kind = rng.random()
    if depth > 3 or kind < (0.72 if depth == 0 else 0.5):
        return rng.choice(PRIMITIVES)
    if kind < 0.82:
        fields = [field(rng, ids, f"f{at}", depth + 1) for at in range(rng.randint(1, 3))]
        return {"type": "struct", "fields": fields}
    if kind < 0.93:
        return {
            "type": "list",
            "element-id": ids.next(),
            "element-required": rng.random() < 0.25,
            "element": type_of(rng, ids, depth + 1),
        }
    key_id, value_id = ids.next(), ids.next()
    return {
        "type": "map",
        "key-id": key_id,
        "key": rng.choice(KEYS),
        "value-id": value_id,
        "value-required": rng.random() < 0.25,
        "value": type_of(rng, ids, depth + 1),
    }


def field(rng, ids, name, depth=0):
    return {"id": ids.next(), "name": name, "required": rng.random() < 0.25, "type": type_of(rng, ids, depth)}


def columns(rng):
    ids = Ids(rng)
    found = [field(rng, ids, rng.choice(NAMES).format(f"c{at}")) for at in range(rng.choice((1, 1, 2, 2, 3, 3, 4, 6)))]
    for one in found:
        if isinstance(one["type"], str) and one["type"] in DEFAULTS and rng.random() < 0.2:
            one["initial-default"] = one["write-default"] = DEFAULTS[one["type"]][0]
    return found


def properties(rng, fields):
    """What the table asks of the files that are written."""
    given = {
        "write.parquet.compression-codec": rng.choice(("zstd", "snappy", "gzip", "uncompressed", "brotli")),
        "write.parquet.row-group-size-bytes": rng.choice((None, None, None, "2000", "30000", "300000")),
        "write.parquet.page-size-bytes": rng.choice((None, None, None, "64", "500", "8000")),
        "write.parquet.page-row-limit": rng.choice((None, None, None, "3", "20", "100", "1000")),
        "write.parquet.dict-size-bytes": rng.choice((None, None, "0", "24", "500")),
        "write.metadata.metrics.default": rng.choice((None, "none", "counts", "truncate(1)", "truncate(7)", "full", "full")),
    }
    for one in fields:
        if isinstance(one["type"], str) and rng.random() < 0.1:
            given[f"write.metadata.metrics.column.{one['name']}"] = rng.choice(("none", "counts", "truncate(3)", "full"))
        if isinstance(one["type"], str) and rng.random() < 0.15:
            given[f"write.parquet.bloom-filter-enabled.column.{one['name']}"] = "true"
    return {key: value for key, value in given.items() if value is not None}


def mapping(kind):
    """The name mapping of a type: its own names."""
    if isinstance(kind, str):
        return []
    if kind["type"] == "struct":
        parts = [(one["id"], one["name"], one["type"]) for one in kind["fields"]]
    elif kind["type"] == "list":
        parts = [(kind["element-id"], "element", kind["element"])]
    else:
        parts = [(kind["key-id"], "key", kind["key"]), (kind["value-id"], "value", kind["value"])]
    return [{"field-id": own, "names": [name], **({"fields": mapping(inner)} if mapping(inner) else {})} for own, name, inner in parts]
