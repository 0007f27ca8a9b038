"""DuckDB: runs the statements in a database in memory, and tells what tables are there then, in the words of Iceberg's specification."""

import re

import duckdb

WORDS = {
    "BOOLEAN": "boolean",
    "INTEGER": "int",
    "BIGINT": "long",
    "FLOAT": "float",
    "DOUBLE": "double",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "TIMESTAMP_NS": "timestamp_ns",
    "VARCHAR": "string",
    "UUID": "uuid",
    "BLOB": "binary",
    "VARIANT": "variant",
    "GEOMETRY": "geometry",
}


def read(content):
    with duckdb.connect() as database:
        database.execute(content.decode())
        tables = database.execute(
            "select schema_name, table_name, comment from duckdb_tables() where not internal order by table_oid"
        ).fetchall()
        return [table(database, *row) for row in sorted(tables, key=lambda row: place(content.decode(), row))]


def place(text, row):
    """Where the statement is: objects of several schemas are not numbered in one row."""
    schema, name = (part.replace('"', '""') for part in row[:2])
    return text.index(f'CREATE TABLE "{schema}"."{name}" (')


def table(database, schema, name, comment):
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (schema, name))
    types = database.sql(f"from {quoted}").types
    rows = database.execute(
        "select column_name, is_nullable, comment, column_default from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
        [schema, name],
    ).fetchall()
    keys = database.execute(
        "select constraint_column_names from duckdb_constraints() where constraint_type = 'PRIMARY KEY' and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return {
        "name": [schema, name],
        "doc": comment,
        "identifier": [[column] for (columns,) in keys for column in columns],
        "columns": [
            {**of(column, type_), "required": not nullable, "doc": doc, **({"writeDefault": None} if default is None else {})}
            for (column, nullable, doc, default), type_ in zip(rows, types)
        ],
    }


def of(name, type_):
    column = {"name": name, "required": False}
    if type_.id == "struct":
        return {**column, "type": "struct", "children": [of(*child) for child in type_.children]}
    if type_.id == "list":
        return {**column, "type": "list", "children": [of("element", type_.children[0][1])]}
    if type_.id == "map":
        key, value = (of(*child) for child in type_.children)
        return {**column, "type": "map", "children": [{**key, "required": True}, value]}
    text = str(type_)
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", text)
    return {**column, "type": f"decimal({decimal[1]},{decimal[2]})" if decimal else WORDS.get(text, text)}
