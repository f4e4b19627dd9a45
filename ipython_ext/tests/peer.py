#!/usr/bin/env python3
"""A worker that knows no Go: what it does is the first word of the cell.

echo NAME     give an input back, from a segment when it came in one
print TEXT    print
fail ENAME    answer with an error
sleep FILE    make a file, then run until it is interrupted
deaf FILE     make a file, then run and do not listen
die           end at once
"""

import hashlib
import json
import mmap
import os
import signal
import sys
import threading
import time

import pyarrow as pa
import zmq
from jupyter_client.session import Session

RECEIPT = {
    "compile": 0,
    "cached": True,
    "run": 0.001,
    "rows": 7,
    "cores": 2,
    "bytes_in": 0,
    "bytes_out": 0,
    "where": "worker",
}


class Peer:
    """Shell and control on threads of their own, as in the real worker."""

    def __init__(self, info, segments=None):
        self.session = Session(key=info["key"].encode())
        self.segments = segments
        self.interrupted = set()
        self.generation = 1
        self.requests = []
        self.written = 0
        self.lock = threading.Lock()
        context = zmq.Context()
        between = ":" if info["transport"] == "tcp" else "-"

        def bind(kind, port):
            socket = context.socket(kind)
            socket.linger = 200
            socket.bind(f"{info['transport']}://{info['ip']}{between}{info[port]}")
            return socket

        self.iopub = bind(zmq.PUB, "iopub_port")
        self.shell = bind(zmq.ROUTER, "shell_port")
        self.control = bind(zmq.ROUTER, "control_port")
        self.stdin = bind(zmq.ROUTER, "stdin_port")
        self.heartbeat = bind(zmq.REP, "hb_port")

    def serve(self):
        threading.Thread(target=self._loop, args=(self.control,), daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        self._loop(self.shell)

    def _beat(self):
        while True:
            self.heartbeat.send_multipart(self.heartbeat.recv_multipart())

    def publish(self, kind, content, parent):
        with self.lock:
            self.session.send(self.iopub, kind, content, parent=parent)

    def _loop(self, socket):
        while True:
            idents, message = self.session.recv(socket, 0)
            self.publish("status", {"execution_state": "busy"}, message)
            kind = message["header"]["msg_type"].removesuffix("_request")
            self.requests.append(kind)
            content, metadata, buffers = getattr(self, kind)(message)
            if kind == "execute":
                metadata = {"outputs": [], "value": None, "receipt": RECEIPT, **metadata}
            metadata = {"goscore": {"generation": self.generation, **metadata}}
            self.session.send(
                socket, f"{kind}_reply", content, message, idents, buffers, metadata=metadata
            )
            self.publish("status", {"execution_state": "idle"}, message)
            if kind == "shutdown":
                time.sleep(0.05)
                os._exit(0)

    def kernel_info(self, message):
        about = {
            "protocol": 1,
            "segments": self.segments is not None,
            "cores": 2,
            "go": {"error": "there is no Go here"},
            "pid": os.getpid(),
            "builtins": [],
        }
        return {"status": "ok", "goscore": about}, {}, []

    def shutdown(self, message):
        return {"status": "ok"}, {}, []

    def interrupt(self, message):
        self.interrupted.add(message["content"]["msg_id"])
        return {"status": "ok"}, {}, []

    def goscore_health(self, message):
        memory = {"limit": 1 << 30, "text": "1 GiB"}
        cache = {"error": "nothing is kept here"}
        return {"status": "ok", "memory": memory, "cache": cache}, {}, []

    def goscore_release(self, message):
        return {"status": "ok"}, {}, []

    def goscore_plan(self, message):
        content = message["content"]
        given = {entry["name"]: entry for entry in content["inputs"]}
        words = content["code"].split()
        free = [
            {"name": name, "line": at.count("\n") + 1, "column": len(at) - at.rfind("\n")}
            for name in words[1:]
            for at in [content["code"].partition(name)[0]]
            if words[0] == "echo" and name not in given
        ]
        inputs = [
            {
                "name": name,
                "used": entry["kind"] == "frame" or name in words,
                "columns": [],
                "soft": list(range(len(entry.get("columns", [])))),
                "nullable": [],
            }
            for name, entry in given.items()
        ]
        reply = {"status": "ok", "free": free, "inputs": inputs, "builtin": True}
        return reply | {"variables": [], "generation": self.generation}, {}, []

    def execute(self, message):
        verb, *words = message["content"]["code"].split()
        return getattr(self, f"do_{verb}")(message, *words)

    def do_echo(self, message, *names):
        buffers = []
        results = [self._echo(message, name, buffers) for name in names]
        value = results[0] if len(results) == 1 else {"kind": "tuple", "rows": 0, "items": results}
        outputs = [
            {"name": py, "result": self._echo(message, go, buffers)}
            for py, go in message["metadata"]["goscore"]["outputs"]
        ]
        goscore = {"value": value, "outputs": outputs}
        goscore["buffers"] = [
            {"length": len(one), "sha256": hashlib.sha256(one).hexdigest()} for one in buffers
        ]
        return {"status": "ok"}, goscore, buffers

    def _echo(self, message, name, buffers):
        entry = next(e for e in message["metadata"]["goscore"]["inputs"] if e["name"] == name)
        kind = {"value": "scalar", "matrix": "column"}.get(entry["kind"], entry["kind"])
        made = {"kind": kind, "rows": entry.get("rows", 1)}
        if "ipc" in entry:
            made["ipc"] = len(buffers)
            buffers.append(bytes(message["buffers"][entry["ipc"]]))
            pa.ipc.open_stream(buffers[-1]).read_all().validate(full=True)
        for key in ("array", "keys", "values"):
            if key in entry:
                made[key] = self._moved(entry[key])
        if made["kind"] == "frame":
            made["fields"] = [
                {"name": c["name"]} | ({"array": self._moved(c["array"])} if "array" in c else {})
                for c in entry["columns"]
                if "array" in c or c.get("sent")
            ]
        return made

    def _moved(self, array):
        """Copy the buffers from segment 0 to segment 1."""
        moved = dict(array)
        moved["buffers"] = [b and self._move(*b) for b in array["buffers"]]
        moved["children"] = [self._moved(child) for child in array.get("children", [])]
        return moved

    def _move(self, segment, offset, length):
        given, results = self.segments
        assert segment == 0 and offset % 64 == 0
        if not length:
            return [1, 0, 0]
        with mmap.mmap(given, 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as memory:
            data = memory[offset : offset + length]
        place = self.written  # and never again: somebody may look at what lies there
        self.written += -(-length // 64) * 64
        os.posix_fallocate(results, 0, self.written)
        os.pwrite(results, data, place)
        return [1, place, length]

    def do_print(self, message, *words):
        text = " ".join(words) + "\n"
        self.publish("stream", {"name": "stdout", "text": text}, message)
        return {"status": "ok"}, {"value": None}, []

    def do_fail(self, message, name, *words):
        text = " ".join(words) or "it failed\n    here\n    ^"
        content = {"status": "error", "ename": name, "evalue": text, "traceback": text.split("\n")}
        return content | {"goscore": {"line": 1, "column": 5}}, {}, []

    def do_sleep(self, message, begun):
        open(begun, "x").close()
        while message["header"]["msg_id"] not in self.interrupted:
            time.sleep(0.01)
        content = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
        return content, {}, []

    def do_deaf(self, message, begun):
        open(begun, "x").close()
        while True:
            time.sleep(1)

    def do_die(self, message, how="9"):
        print("fatal error: all goroutines are asleep", file=sys.stderr, flush=True)
        os.kill(os.getpid(), int(how))
        time.sleep(5)

    def do_forget(self, message):
        self.generation += 1
        return {"status": "ok"}, {"value": None}, []


def main(arguments):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = dict(zip(arguments[0::2], arguments[1::2], strict=False))
    if "--directory" in options:
        os.mkdir(options["--directory"], 0o700)
    with open(0 if options["-f"] == "-" else options["-f"]) as file:
        info = json.load(file)
    segments = None
    if "--in" in options:
        segments = int(options["--in"]), int(options["--out"])
    Peer(info, segments).serve()


if __name__ == "__main__":
    main([argument for argument in sys.argv[2:] if argument != "--side"])
