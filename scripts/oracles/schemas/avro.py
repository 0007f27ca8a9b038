"""fastavro: whether it takes a schema, every name of a type in it included, and what it calls the record."""

import json

from fastavro.schema import parse_schema


def read(content):
    return parse_schema(json.loads(content))["name"]
