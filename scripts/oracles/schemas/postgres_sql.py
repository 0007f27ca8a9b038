"""PostgreSQL: runs the statements in a transaction, tells what tables are there then, in the words of Iceberg's specification, and takes all back."""

import re

import psycopg

WORDS = {
    "boolean": "boolean",
    "integer": "int",
    "bigint": "long",
    "real": "float",
    "double precision": "double",
    "date": "date",
    "time(6) without time zone": "time",
    "timestamp(6) without time zone": "timestamp",
    "timestamp(6) with time zone": "timestamptz",
    "text": "string",
    "uuid": "uuid",
    "bytea": "binary",
    "jsonb": "variant",
}

COLUMNS = """
select a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(a.attrelid, a.attnum), t.typrelid, e.typrelid, a.atthasdef
from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
where a.attrelid >= (%s)::oid and a.attnum > 0 order by a.attrelid, a.attnum
"""
TABLES = """
select c.oid, n.nspname, c.relname, obj_description(c.oid, 'pg_class'),
  (select array_agg(a.attname order by k.n) from pg_constraint p, unnest(p.conkey) with ordinality k(num, n), pg_attribute a
   where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.num)
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and c.oid >= 16384 and n.nspname <> 'public' order by c.oid
"""

connections = {}


def read(content, url):
    if url not in connections:
        connections[url] = psycopg.connect(url)
    connection = connections[url]
    try:
        connection.execute(content)
        columns = {}
        for relation, *row in connection.execute(COLUMNS, [16384]):
            columns.setdefault(relation, []).append(row)
        tables = connection.execute(TABLES).fetchall()
        return [
            {
                "name": [schema, name],
                "doc": doc,
                "identifier": [[column] for column in key or []],
                "columns": [of(row, columns) for row in columns[oid]],
            }
            for oid, schema, name, doc, key in tables
        ]
    finally:
        connection.rollback()


def of(row, columns):
    name, text, required, doc, struct, element, default = row
    column = {"name": name, "required": required, "doc": doc, **({} if default else {"writeDefault": None})}
    if struct:
        return {**column, "type": "struct", "children": [of(field, columns) for field in columns[struct]]}
    if text.endswith("[]"):
        inner = of(["element", text[:-2], False, None, element, None, False], columns)
        return {**column, "type": "list", "children": [inner]}
    decimal = re.fullmatch(r"numeric\((\d+),(\d+)\)", text)
    return {**column, "type": f"decimal({decimal[1]},{decimal[2]})" if decimal else WORDS.get(text, text)}
