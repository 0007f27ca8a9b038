"""protoc: what its descriptor of a file has. Messages that no other message refers to are the tables."""

import os
import tempfile

from google.protobuf import descriptor_pb2
from grpc_tools import protoc

SCALARS = {1: "double", 2: "float", 3: "long", 5: "int", 8: "boolean", 9: "string", 12: "binary"}
REPEATED = 3


def read(content):
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "exported.proto"), os.path.join(folder, "out")
        with open(path, "wb") as file:
            file.write(content)
        errors = protoc.main(["protoc", f"-I{folder}", f"--descriptor_set_out={out}", path])
        if errors:
            raise ValueError(f"protoc ended with {errors}")
        with open(out, "rb") as file:
            (described,) = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    messages = {f".{message.name}": message for message in described.message_type}
    referred = set()
    for message in described.message_type:
        for inner in [message, *message.nested_type]:
            referred |= {field.type_name for field in inner.field}
    return [{"columns": columns(message, messages)} for name, message in messages.items() if name not in referred]


def columns(message, messages):
    inner = {f".{message.name}.{one.name}": one for one in message.nested_type}
    return [column(field, messages | inner) for field in message.field]


def column(field, messages):
    known = {"name": field.json_name, "id": field.number, "required": not field.proto3_optional}
    nested = messages.get(field.type_name)
    if nested is not None and nested.options.map_entry:
        return known | {"type": "map", "children": [bare(one, messages) for one in nested.field]}
    if field.label == REPEATED:
        return known | {"type": "list", "children": [bare(field, messages)]}
    return known | single(field, messages)


def bare(field, messages):
    return {"name": field.name, "required": True} | single(field, messages)


def single(field, messages):
    if field.type_name:
        return {"type": "struct", "children": columns(messages[field.type_name], messages)}
    return {"type": SCALARS[field.type]}
