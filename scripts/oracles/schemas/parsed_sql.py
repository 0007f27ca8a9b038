"""sqlglot: parses the statements of a dialect whose engine nobody can run here, and tells what tables they create, in the words of Iceberg's specification."""

import sqlglot
from sqlglot import exp

WORDS = {
    "snowflake": {
        "BOOLEAN": "boolean",
        "INT": "int",
        "BIGINT": "long",
        "DOUBLE": "double",
        "FLOAT": "double",
        "DATE": "date",
        "TIME": "time",
        "TIMESTAMPNTZ": "timestamp",
        "TIMESTAMPLTZ": "timestamptz",
        "VARCHAR": "string",
        "BINARY": "binary",
        "VARIANT": "variant",
        "GEOMETRY": "geometry",
        "GEOGRAPHY": "geography",
    },
    "bigquery": {
        "BOOLEAN": "boolean",
        "BIGINT": "long",
        "DOUBLE": "double",
        "DATE": "date",
        "TIME": "time",
        "DATETIME": "timestamp",
        "TIMESTAMP": "timestamp",
        "TIMESTAMPTZ": "timestamptz",
        "TEXT": "string",
        "VARBINARY": "binary",
        "BINARY": "binary",
        "JSON": "variant",
        "GEOGRAPHY": "geography",
    },
}


def read(content, dialect):
    statements = [statement for statement in sqlglot.parse(content.decode(), dialect=dialect) if statement]
    strange = [statement for statement in statements if not isinstance(statement, exp.Create)]
    assert not strange, repr(strange)
    return [table(create, dialect) for create in statements]


def table(create, dialect):
    place = create.this.this
    keys = [part.name for key in create.this.expressions if isinstance(key, exp.PrimaryKey) for part in key.expressions]
    return {
        "name": [part.name for part in place.parts],
        "doc": described(create.args.get("properties")),
        "identifier": [[key] for key in keys],
        "columns": [column(one, dialect) for one in create.this.expressions if isinstance(one, exp.ColumnDef)],
    }


def described(properties):
    for one in properties.expressions if properties else []:
        if isinstance(one, exp.SchemaCommentProperty):
            return one.this.name
        if type(one) is exp.Property and one.this.name == "description":
            return one.args["value"].name
    return None


def column(one, dialect):
    kinds = [constraint.kind for constraint in one.args.get("constraints") or []]
    docs = [kind.this.name for kind in kinds if isinstance(kind, exp.CommentColumnConstraint)]
    docs += [described(kind) for kind in kinds if isinstance(kind, exp.Properties)]
    return {
        **of(one.name, one.args["kind"], dialect),
        "required": any(isinstance(kind, exp.NotNullColumnConstraint) for kind in kinds),
        "doc": docs[0] if docs else None,
        **({} if any(isinstance(kind, exp.DefaultColumnConstraint) for kind in kinds) else {"writeDefault": None}),
    }


def of(name, kind, dialect):
    word = kind.this.name
    known = {"name": name, "required": False}
    if word in ("STRUCT", "OBJECT"):
        return {**known, "type": "struct", "children": [column(one, dialect) for one in kind.expressions]}
    if word == "ARRAY":
        return {**known, "type": "list", "children": [of("element", kind.expressions[0], dialect)]}
    if word == "MAP":
        key, value = (of(part, one, dialect) for part, one in zip(("key", "value"), kind.expressions))
        return {**known, "type": "map", "children": [{**key, "required": True}, value]}
    numbers = [int(one.name) for one in kind.expressions]
    if word in ("DECIMAL", "BIGDECIMAL"):
        return {**known, "type": f"decimal({numbers[0]},{numbers[1]})"}
    type_ = WORDS[dialect].get(word, word)
    return {**known, "type": type_ + ("_ns" if type_.startswith("timestamp") and numbers and numbers[0] > 6 else "")}
