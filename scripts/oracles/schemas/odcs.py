"""The model of the Open Data Contract Standard: what it finds in a contract, in the words of Iceberg where the contract has them as physical types."""

from open_data_contract_standard.model import OpenDataContractStandard

OPTIONS = {
    "boolean": ("boolean", None),
    "int": ("integer", {"format": "i32"}),
    "long": ("integer", {"format": "i64"}),
    "float": ("number", {"format": "f32"}),
    "double": ("number", {"format": "f64"}),
    "decimal": ("number", None),
    "date": ("date", None),
    "time": ("time", None),
    "timestamp": ("timestamp", {"timezone": False}),
    "timestamp_ns": ("timestamp", {"timezone": False}),
    "timestamptz": ("timestamp", {"timezone": True}),
    "timestamptz_ns": ("timestamp", {"timezone": True}),
    "string": ("string", None),
    "uuid": ("string", {"format": "uuid"}),
    "fixed": ("string", {"format": "binary"}),
    "binary": ("string", {"format": "binary"}),
    "struct": ("object", None),
    "list": ("array", None),
    "map": ("array", None),
}


def read(content):
    contract = OpenDataContractStandard.from_string(content.decode())
    assert contract.apiVersion == "v3.1.0" and contract.kind == "DataContract", contract
    assert contract.id and contract.version and contract.status, contract
    names = [table.name for table in contract.schema_]
    assert len(set(names)) == len(names), names
    return [table_of(table) for table in contract.schema_]


def table_of(table):
    columns = [column_of(column, column.name) for column in table.properties]
    key = keys(table.properties, [])
    custom = custom_of(table)
    return {
        "name": custom.get("icebergName") or table.physicalName.split("."),
        "doc": table.description,
        "identifier": [path for _, path in sorted(key)],
        "columns": columns,
    }


def keys(columns, path):
    for column in columns or []:
        if column.primaryKey:
            yield column.primaryKeyPosition, [*path, column.name]
        yield from keys(column.properties, [*path, column.name])


def custom_of(element):
    return {custom.property: custom.value for custom in element.customProperties or []}


def column_of(column, name):
    kind = column.physicalType
    word = kind.split("(")[0].split("[")[0]
    said = (column.logicalType, column.logicalTypeOptions)
    assert said == OPTIONS.get(word, (None, None)), f"{kind} is a {said}"
    custom = custom_of(column)
    found = {
        "name": name,
        "type": kind,
        "required": bool(column.required),
        "doc": column.description,
        "id": custom["icebergFieldId"],
        "initialDefault": custom.get("icebergInitialDefault"),
        "writeDefault": custom.get("icebergWriteDefault"),
    }
    return found | children(column, kind)


def children(column, kind):
    if kind == "struct":
        return {"children": [column_of(inner, inner.name) for inner in column.properties]}
    if kind == "list":
        return {"children": [column_of(column.items, "element")]}
    if kind == "map":
        return {"children": [column_of(inner, inner.name) for inner in column.items.properties]}
    return {}
