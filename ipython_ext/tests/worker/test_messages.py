"""What arrives at the worker's sockets from peers that are broken, or hostile."""

import contextlib
import os
import socket
import stat
import struct
import time
from pathlib import Path

import pytest
import zmq

import goscore
from goscore._worker import current
from goscore._worker.directory import RunDirectory

from ..started import HANG, memory, started, tcp_listeners, unix_paths

pytestmark = pytest.mark.skipif(not Path("/proc/self/net").exists(), reason="needs Linux's /proc")

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL".ljust(22, b"\0") + bytes(33)
CHANNELS = {
    "shell": b"DEALER",
    "control": b"DEALER",
    "stdin": b"DEALER",
    "iopub": b"SUB",
    "hb": b"REQ",
}


def ready(kind):
    """Return the handshake's second part, for a socket of that kind."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    return bytes([4, len(body)]) + body


@pytest.fixture(scope="module", params=["tcp", "ipc"])
def worker(request, tmp_path_factory):
    with started(tmp_path_factory.mktemp("w"), request.param) as made:
        yield made


@pytest.fixture(autouse=True)
def unharmed(worker):
    """After each attack the worker answers on both channels, and has not grown."""
    before = memory(worker.process.pid)
    yield
    worker.ask("shell")
    worker.ask("control")
    assert memory(worker.process.pid) - before < 50 << 20
    assert worker.process.poll() is None


@contextlib.contextmanager
def plug(worker, channel):
    """Connect without ZeroMQ."""
    port = worker.info[f"{channel}_port"]
    if worker.info["transport"] == "tcp":
        made = socket.create_connection((worker.info["ip"], port))
    else:
        made = socket.socket(socket.AF_UNIX)
        made.connect(f"{worker.info['ip']}-{port}")
    made.settimeout(HANG)
    with made:
        yield made


def hangs_up(peer):
    """Tell whether the worker ends the connection."""
    try:
        while peer.recv(4096):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("channel", CHANNELS)
def test_oversized_frames(worker, channel):
    """A length that nobody could send ends the connection before memory is taken."""
    for flags in (2, 3, 6):  # long; long with more to come; long command
        for length in (1 << 62, (1 << 64) - 1, 1 << 40):
            with plug(worker, channel) as peer:
                with contextlib.suppress(ConnectionError):
                    peer.sendall(GREETING + ready(CHANNELS[channel]))
                    peer.sendall(bytes([flags]) + struct.pack(">Q", length) + b"x" * 100)
                assert hangs_up(peer), (flags, length)


def test_large_claims(worker):
    """Peers that announce much and send nothing take no memory, and none from others' large messages."""
    with contextlib.ExitStack() as all_:
        for _ in range(30):
            peer = all_.enter_context(plug(worker, "shell"))
            peer.sendall(GREETING + ready(b"DEALER"))
            with contextlib.suppress(ConnectionError):
                peer.sendall(b"\x02" + struct.pack(">Q", 256 << 20) + b"x" * 100)
        time.sleep(0.1)
        worker.ask()
        assert worker.execute("//" + "x" * (1 << 20) + "\n1")["status"] == "ok"


def test_half_open_peers(worker):
    """Peers that say nothing, or only half of a handshake or a message, hold nobody up."""
    with contextlib.ExitStack() as all_:
        for channel in CHANNELS:
            hello = GREETING + ready(CHANNELS[channel])
            for part in (0, 1, 30, len(GREETING), len(hello) - 3, len(hello)):
                all_.enter_context(plug(worker, channel)).sendall(hello[:part])
            with contextlib.suppress(ConnectionError):
                all_.enter_context(plug(worker, channel)).sendall(hello + b"\x01\x05<I")
        for channel in ("shell", "control"):
            worker.ask(channel)


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\n\r\n" * 9, os.urandom(500), b"\0" * 500])
def test_other_protocols(worker, text):
    """What is not ZeroMQ is hung up on."""
    for channel in CHANNELS:
        with plug(worker, channel) as peer:
            with contextlib.suppress(ConnectionError):
                peer.sendall(text)
            assert hangs_up(peer)


def test_bad_messages(worker):
    """Messages that are not signed, not new or not whole get no answer; a good one behind them does."""
    session = worker.session()

    def frames(message, key=None):
        signer = session if key is None else type(session)(key=key)
        return signer.serialize(
            signer.msg("kernel_info_request", {}) if message is None else message
        )

    def signed(*parts):
        return [b"<IDS|MSG>", session.sign(list(parts)), *parts]

    good = frames(None)
    header = good[2]
    bad = {
        "wrong key": frames(None, b"another"),
        "empty signature": [good[0], b"", *frames(None)[2:]],
        "short signature": [good[0], good[1][:10], *frames(None)[2:]],
        "signature of another": [*good[:2], *frames(None)[2:]],
        "no frames": [b""],
        "one frame": [b"<IDS|MSG>"],
        "few frames": good[:5],
        "no delimiter": frames(None)[1:],
        "cut JSON": signed(header, b"{}", b"{}", b'{"code": '),
        "a list": signed(b"[]", b"[]", b"[]", b"[]"),
        "no JSON": signed(b"\xff\xfe", b"\0", b"", b"x"),
        "no type": signed(b"{}", b"{}", b"{}", b"{}"),
        "wrong types": signed(b'{"msg_id": 1, "msg_type": 2}', b"{}", b"{}", b"{}"),
        "deep": signed(header, b"{}", b"{}", b'{"a":' * 20000 + b"1" + b"}" * 20000),
        "many frames": [*frames(None), *([b"x"] * 5000)],
    }
    for channel in ("shell", "control", "stdin"):
        for what, message in bad.items():
            peer = worker.socket(channel)
            peer.send_multipart(message)
            assert not peer.poll(30), what
            peer.close()
        if channel != "stdin":
            worker.ask(channel)


def test_replay(worker):
    """A message that was seen before is not obeyed again, on any channel."""
    session = worker.session()
    message = session.serialize(session.msg("kernel_info_request", {}))
    first = worker.socket("shell")
    first.send_multipart(message)
    assert first.poll(HANG * 1000)
    for channel in ("shell", "control"):
        again = worker.socket(channel)
        again.send_multipart(message)
        assert not again.poll(200)
        again.close()
    first.close()


def test_wrong_contents(worker):
    """Signed requests with contents of no sense are answered with an error."""
    session, peer = worker.session(), worker.socket()
    for kind, content in (
        ("execute_request", {"code": 5}),
        ("execute_request", {}),
        ("complete_request", {"code": [], "cursor_pos": "x"}),
        ("inspect_request", {"code": "x", "cursor_pos": -7}),
        ("is_complete_request", {"code": None}),
        ("history_request", {"n": "all"}),
        ("goscore_plan_request", {"inputs": 3}),
        ("nonsense_request", {"x": [1]}),
    ):
        session.send(peer, kind, content)
        assert peer.poll(HANG * 1000), kind
        reply = session.recv(peer, 0)[1]
        assert reply["msg_type"] == kind.replace("request", "reply")
    peer.close()


def test_deaf_subscriber(worker):
    """A subscriber that reads nothing does not stop a cell that prints much."""
    deaf = worker.socket("iopub", zmq.SUB)
    deaf.rcvhwm = 1
    deaf.subscribe(b"")
    with plug(worker, "iopub") as peer:
        peer.sendall(GREETING + ready(b"SUB") + b"\0\x01\x01")
        time.sleep(0.1)
        reply = worker.execute("for range 10000 { fmt.Println(strings.Repeat(`x`, 1000)) }")
    assert reply["status"] == "ok"
    deaf.close()


def test_side_worker_is_private():
    """The extension's worker has no TCP listener, and no path leads to its sockets."""
    side = current.worker()
    pid = side.process.pid
    assert tcp_listeners(pid) == []
    paths = unix_paths(pid)
    assert paths and not any(Path(path).exists() for path in paths)
    assert not side.directory.path.exists()


@pytest.fixture
def named(monkeypatch):
    """Start a worker where descriptors cannot stand for paths."""
    monkeypatch.setattr(RunDirectory, "hide", lambda directory: None)
    goscore.restart()
    yield current.worker()
    monkeypatch.undo()
    goscore.restart()


def test_named_sockets_are_private(named):
    """Where sockets keep their names, they and the files beside them are this user's alone."""
    directory = named.directory.path
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    names = {path.name: path.stat() for path in directory.iterdir()}
    for name, status in names.items():
        if not stat.S_ISSOCK(status.st_mode):
            assert stat.S_IMODE(status.st_mode) == 0o600, name
        assert status.st_uid == os.getuid()
    assert sum(stat.S_ISSOCK(status.st_mode) for status in names.values()) == 5
    paths = unix_paths(named.process.pid)
    assert paths and all(Path(path).parent == directory for path in paths)
    assert goscore.doctor().facts["sockets"] == f"{directory} (mode 0700)"


def test_memory_of_signatures():
    """A client remembers a bounded number of signatures, however long it lives."""
    from goscore._worker import messages

    info = {"key": "secret"}
    ours, theirs = messages.Signed(info), messages.Signed(info)
    for _ in range(5 * messages._REMEMBERED):
        ours.read(theirs.frames(theirs.make("stream", {}, {})))
    assert len(ours._seen) + len(ours._before) <= 2 * messages._REMEMBERED < 5000
