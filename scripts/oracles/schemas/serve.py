"""Reads files of schemas with the tools that they are made for.

Each line of the input is JSON: {"tool": "avro", "content": Base64, …}; a module of this folder is called like the tool, and its function `read` gets
the bytes and whatever else the line says. Each line of the output is what it returns, as {"read": …}, or {"error": …}.
"""

import base64
import importlib
import json
import sys
import traceback


def main():
    for line in sys.stdin:
        request = json.loads(line)
        try:
            tool = importlib.import_module(request.pop("tool"))
            answer = {"read": tool.read(base64.b64decode(request.pop("content")), **request)}
        except Exception:
            answer = {"error": traceback.format_exc(limit=-4)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
