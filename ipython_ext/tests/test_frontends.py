"""The ways in which a notebook's cells come to a kernel of Python: editors, runners, servers, consoles."""

import asyncio
import json
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.session import Session

from .frontend import server
from .started import HANG

pytestmark = pytest.mark.notebook

CELLS = (
    "%load_ext goscore\nlimit = 2",
    "%%goscore\nfunc Above(x, limit int) bool { return x > limit }",
    "%%goscore -i limit -o found\nfound := limit * 10\nfmt.Println(`printed`)",
    "print(Above([1, 2, 3], limit), found)",
)


def notebook(cells=CELLS):
    """Return a notebook of some cells; the first one has parameters."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}
        },
    )
    made.cells[0].metadata["tags"] = ["parameters"]
    return made


def texts(executed):
    """Return what the cells of an executed notebook printed."""
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in executed.cells]


def jupyter(*arguments, given=None):
    """Run one of Jupyter's commands, which has to succeed; return what it prints."""
    run = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def client():
    """Give the client of a kernel."""
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_messages_of_vs_code(client):
    """Hidden cells, cells with an identity and lines that end as on Windows are run and completed."""
    shown = []

    def run(code, **how):
        message = client.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": True,
                "stop_on_error": False,
            }
            | how,
            metadata={"cellId": "vscode-notebook-cell:/home/me/a.ipynb#W0sZmlsZQ%3D%3D"},
        )
        client.shell_channel.send(message)
        while True:
            reply = client.get_iopub_msg(timeout=HANG)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = reply["content"]
            if content.get("execution_state") == "idle":
                break
            shown.append(content.get("text") or content.get("data", {}).get("text/plain"))
        while True:
            reply = client.get_shell_msg(timeout=HANG)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply["content"]["status"]

    hidden = "__vsc_ipynb_file__ = '/home/me/a.ipynb'\r\n%load_ext goscore"
    assert run(hidden, silent=True, store_history=False) == "ok"
    assert run("limit = 4") == "ok"
    assert (
        run("%%goscore -i limit\r\nvar s = `a\r\nb`\r\nfmt.Println(len(s))\r\nlimit + 1\r\n")
        == "ok"
    )
    assert "3\n" in shown and "5" in shown
    assert run("%%goscore\r\nx := 1\r\nx + nothing") == "error"
    for code, word in (
        ("%%goscore -i limit\r\nstrings.ToUpperSp", "ToUpperSpecial"),
        ("%%goscore --thr\r\n1", "--threads"),
    ):
        place = code.index("--thr") + 5 if "--thr" in code else len(code)
        reply = client.complete(code, place, reply=True, timeout=HANG)
        assert reply["content"]["matches"] == [word], code


def test_nbclient():
    """A notebook that is executed has the outputs of its Go."""
    from nbclient import NotebookClient

    executed = NotebookClient(notebook(), timeout=HANG, kernel_name="python3").execute()
    assert "printed\n" in texts(executed)[2] and texts(executed)[3] == "[False, False, True] 20\n"


def test_papermill(tmp_path):
    """A parameter of papermill's is a value in Go."""
    papermill = pytest.importorskip("papermill", reason="papermill is not installed")
    nbformat.write(notebook(), tmp_path / "in.ipynb")
    executed = papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        parameters={"limit": 1},
        kernel_name="python3",
        progress_bar=False,
    )
    assert texts(executed)[-1] == "[False, True, True] 10\n"


def test_console():
    """Cells of Go run in Jupyter's console, on a kernel of Python."""
    lines = ["%load_ext goscore", "limit = 3", "x = %goscore limit * 7", "print('x is', x)"]
    shown = jupyter(
        "jupyter_console", "--kernel", "python3", "--simple-prompt", given="\n".join(lines) + "\n"
    )
    assert "x is 21" in shown


def test_run(tmp_path):
    """``jupyter run`` runs a file with magics."""
    (tmp_path / "a.py").write_text(
        "\n".join((CELLS[0], "x = %goscore limit * 7", "print('x is', x)"))
    )
    assert "x is 14" in jupyter("jupyter_client.runapp", "--kernel", "python3", tmp_path / "a.py")


@pytest.mark.parametrize("module", ["jupyterlab", "notebook", "nbclassic"])
def test_server(module, tmp_path):
    """Cells that come through a server's websocket are run; those of Notebook 6 come the same way."""
    pytest.importorskip(module, reason=f"{module} is not installed")
    from tornado.websocket import websocket_connect

    async def executed(address):
        session = Session(key=b"")
        socket = await websocket_connect(address, connect_timeout=HANG)
        shown = []
        for code in CELLS:
            content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
            message = session.msg("execute_request", content) | {"channel": "shell", "buffers": []}
            await socket.write_message(json.dumps(message, default=str))
            idle = False
            while not idle:
                reply = json.loads(await asyncio.wait_for(socket.read_message(), HANG))
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    shown.append(reply["content"].get("text", ""))
                    idle = reply["content"].get("execution_state") == "idle"
        socket.close()
        return "".join(shown)

    with server(module, tmp_path) as url:
        request = urllib.request.Request(url("api/kernels"), b'{"name": "python3"}', method="POST")
        with urllib.request.urlopen(request, timeout=HANG) as reply:
            kernel = json.load(reply)["id"]
        address = url(f"api/kernels/{kernel}/channels").replace("http:", "ws:")
        shown = asyncio.run(executed(address))
    assert "printed\n" in shown and "[False, False, True] 20\n" in shown


NO_NEW_PRIVILEGES = """
import ctypes
assert ctypes.CDLL(None).prctl(38, 1, 0, 0, 0) == 0  # linux/prctl.h: PR_SET_NO_NEW_PRIVS
import goscore
cell = goscore.compile("func Twice(x float64) float64 { return 2 * x }")
print(cell.Twice([1.5]), goscore.score([1.0, 4.0]), goscore.doctor().ok)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is an attribute of Linux's processes")
def test_no_new_privileges():
    """Where a process may get no new privileges, as JupyterHub starts them, cells run."""
    run = subprocess.run(
        [sys.executable, "-c", NO_NEW_PRIVILEGES], capture_output=True, text=True, timeout=HANG
    )
    assert run.stdout == "[3.0] 9.0 True\n", run.stderr
