"""DuckDB writes some of the fuzzer's files and reads what came out of its cases. A request and its answer are a line of JSON each."""

import json
import sys

import duckdb

import fingerprint

duckdb.execute("SET threads = 1")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(ids):
    if isinstance(ids, int):
        return str(ids)
    return "{" + ", ".join(f"{quoted(name)}: {literal(own)}" for name, own in ids.items()) + "}"


def rewrite(files):
    for file in files:
        options = ", ".join(f"{name} {value}" for name, value in file["options"].items())
        source, target = file["from"].replace("'", "''"), file["to"].replace("'", "''")
        ids = literal(file["ids"])
        duckdb.execute(f"COPY (FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet, {options}, FIELD_IDS {ids})")
    return {}


def is_plain(kind):
    """Whether Python gets the values of a type as they are, so that no expression is needed."""
    if isinstance(kind, str):
        return not kind.startswith(("date", "time"))
    if kind["type"] == "struct":
        return all(is_plain(field["type"]) for field in kind["fields"])
    return kind["type"] == "list" and is_plain(kind["element"])


def whole(kind, sql, names, depth=0):
    """An expression with whole numbers in place of dates and times, and lists of entries in place of maps."""
    if is_plain(kind):
        return sql
    if isinstance(kind, str):
        if kind == "date":
            return f"({sql} - DATE '1970-01-01')"
        return f"epoch_ns({sql})" if kind.endswith("_ns") else f"epoch_us({sql})"
    if kind["type"] == "struct":
        parts = []
        for field in kind["fields"]:
            name = names[field["id"]]
            inner = whole(field["type"], f"struct_extract({sql}, {text(name)})", names, depth)
            parts.append(f"{quoted(name)} := {inner}")
        return f"CASE WHEN {sql} IS NULL THEN NULL ELSE struct_pack({', '.join(parts)}) END"
    item = f"v{depth}"
    if kind["type"] == "list":
        return f"list_transform({sql}, lambda {item}: {whole(kind['element'], item, names, depth + 1)})"
    key, value = whole(kind["key"], f"{item}.key", names, depth + 1), whole(kind["value"], f"{item}.value", names, depth + 1)
    return f"list_transform(map_entries({sql}), lambda {item}: struct_pack(key := {key}, value := {value}))"


def text(name):
    return "'" + name.replace("'", "''") + "'"


# Not binary: bytes that are no text DuckDB (1.5) does not find even by a Bloom filter of its own.
FOUND = ("boolean", "int", "long", "string", "uuid", "decimal")


def look_up(path, names, fields, rows):
    """Finds the rows of a value of one column, as statistics and Bloom filters let DuckDB pass over row groups."""
    plain = [(at, field) for at, field in enumerate(fields) if isinstance(field["type"], str) and field["type"].startswith(FOUND)]
    if not plain or not rows:
        return
    at, field = plain[len(rows) % len(plain)]
    value = rows[len(rows) // 2][at]
    if value is None:
        return
    name = names[field["id"]]
    [[found]] = duckdb.execute(f"SELECT count(*) FROM read_parquet({text(path)}) WHERE {quoted(name)} = ?", [value]).fetchall()
    wanted = sum(row[at] == value for row in rows)
    if found != wanted:
        raise ValueError(f"{found} rows are found where {name} is {value!r}, and {wanted} are read")


def read(schema, paths, **_):
    """A digest of each column of some files, read one after the other, by field id"""
    texts = {field["id"]: [] for field in schema["fields"]}
    for path in paths:
        elements = duckdb.execute("SELECT field_id, name FROM parquet_schema(?)", [path]).fetchall()
        names = {field_id: name for field_id, name in elements if field_id is not None}
        fields = [field for field in schema["fields"] if field["id"] in names]
        if len(fields) < len(schema["fields"]):
            raise ValueError(f"{path} has the field ids {sorted(names)}")
        columns = ", ".join(whole(field["type"], quoted(names[field["id"]]), names) for field in fields)
        rows = duckdb.execute(f"SELECT {columns} FROM read_parquet({text(path)})").fetchall()
        look_up(path, names, fields, rows)
        for at, field in enumerate(fields):
            shown = fingerprint.of_type(field["type"], lambda inner: names[inner["id"]])
            texts[field["id"]] += [shown(row[at]) for row in rows]
    return {str(key): fingerprint.digest(all_texts) for key, all_texts in texts.items()}


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"rewrite": rewrite, "read": read}[request.pop("do")](**request)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
