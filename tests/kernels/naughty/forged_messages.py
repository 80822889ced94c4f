# Speaks on the kernel's own iopub socket: lies, garbage and sizes that no honest kernel sends.
import json
import os

kernel = get_ipython().kernel
socket, session = kernel.iopub_socket, kernel.session
parent = kernel.get_parent("shell")["header"]


def send(kind, content, about=parent):
    header = json.dumps({"msg_id": "x", "msg_type": kind}).encode()
    parts = [header, json.dumps(about).encode(), b"{}", content]
    socket.send_multipart([b"topic", b"<IDS|MSG>", session.sign(parts), *parts])


nested = b'{"data": {"application/json": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
send("display_data", nested)
send("display_data", b'{"data": {"text/html": {"a": 1}, "text/plain": 3}}')
send("display_data", b'{"data": {"text/x-evil": "<script>"}}')
send("display_data", b'{"data": null}')
send("stream", b'{"name": 7, "text": ["a"]}')
send("stream", b'{"name": "stdout", "text": "\\ud800 lone"}')
send("stream", b"\xff\xfe not json")
send("error", b'{"ename": "' + b"E" * 3_000_000 + b'", "evalue": 1, "traceback": 2}')
send("status", b'{"execution_state": "idle"}', {"msg_id": "somebody else's"})
send("no-such-kind", b"{}")
socket.send_multipart([b"topic", b"<IDS|MSG>", b"unsigned", b"{}", b"{}", b"{}", b"{}"])
socket.send_multipart([b""] * 20_000)
socket.send_multipart([os.urandom(1000) for _ in range(10)])
print("sent")
