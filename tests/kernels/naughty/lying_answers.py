# Answers to what is asked of the kernel beside its runs: of the wrong types, too large, too deep, out of bounds.
import json
from itertools import cycle

deep = b"[" * 100_000 + b"]" * 100_000
huge = "x" * 3_000_000
LIES = cycle(
    [
        b"null",
        b"\xff\xfe",
        deep,
        b'{"matches": ' + deep + b', "cursor_start": 0, "cursor_end": 0}',
        b'{"status": "ok", "matches": 7, "cursor_start": "a", "cursor_end": null, "data": [], "variables": {}}',
        b'{"matches": ["a"], "cursor_start": -1, "cursor_end": 99999999999999999999, "variables": [7]}',
        json.dumps(
            {"matches": [huge], "cursor_start": 0, "cursor_end": 1, "data": {"text/plain": huge}}
        ).encode(),
        json.dumps({"matches": ["y"] * 300_000, "cursor_start": 0, "cursor_end": 1}).encode(),
        json.dumps({"variables": [{"name": "n" * 10_000, "kind": "k" * 10_000}] * 20}).encode(),
        json.dumps({"variables": [{"name": "n"}] * 20_000}).encode(),
        b'{"data": {"text/plain": "\\ud800 lone", "text/html": "<script>"}, "found": true, "status": "ok"}',
    ]
)
session = get_ipython().kernel.session


def lie(stream, kind, content=None, parent=None, ident=None, **_):
    header = json.dumps({"msg_id": "x", "msg_type": kind}).encode()
    about = json.dumps(parent["header"], default=str).encode()
    parts = [header, about, b"{}", next(LIES)]
    stream.send_multipart([*ident, b"<IDS|MSG>", session.sign(parts), *parts])


honest = type(session).send


def send(self, stream, kind, *rest, **options):
    if kind in ("complete_reply", "inspect_reply", "variables_reply"):
        lie(stream, kind, *rest, **options)
    else:
        honest(self, stream, kind, *rest, **options)


type(session).send = send
print("lies from here on")
