"""A worker that was started elsewhere does what the extension's own does."""

import threading

import numpy as np
import pytest

import goscore
from goscore._run import cell as cell_module
from goscore._run.options import Options
from goscore._worker import current

from ..cells import CELLS, Cell, same
from ..started import started


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    with started(tmp_path_factory.mktemp("w")) as made:
        yield made


@pytest.fixture
def connected(elsewhere):
    goscore.connect(elsewhere.file)
    yield elsewhere
    goscore.connect(None)


def go(cell: Cell):
    """Run a cell; give its value, its outputs' values, or its error."""
    bindings = [(name, value, name) for name, value in cell.inputs.items()]
    options = Options(to=cell.to, outputs=[(name, name) for name in cell.outputs])
    try:
        outcome = cell_module.run(cell.code, bindings, options, cell="In[1]")
    except goscore.GoscoreError as error:
        return error
    return outcome.outputs if cell.outputs else outcome.value


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_equal_results(elsewhere, cell, capfd):
    """A cell gives what it should, on the own worker and elsewhere; output and errors are equal."""
    goscore.connect(None)
    here, printed = go(cell), capfd.readouterr()
    goscore.connect(elsewhere.file)
    try:
        there, again = go(cell), capfd.readouterr()
    finally:
        goscore.connect(None)
    if isinstance(cell.want, type):
        assert type(here) is type(there) is cell.want
        assert str(here) == str(there)
    else:
        assert same(here, cell.want), here
        assert same(there, cell.want), there
    assert printed == again


def test_nothing_is_shared(connected):
    """Frames travel in the messages: no memory is shared, and none is needed."""
    assert current.worker().allocator is None and current.worker().results is None
    assert go(Cell("len(v)", {"v": np.zeros(3_000_000)})) == 3_000_000


def test_output_streams(connected, capsys):
    """What a cell prints is printed."""
    go(Cell('fmt.Println("over there")\nfmt.Fprintln(os.Stderr, "careful")'))
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("over there\n", "careful\n")


def test_interrupt(connected):
    """Ctrl-C stops the run there; the worker goes on."""
    import _thread

    timer = threading.Timer(0.5, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        cell_module.run("for {\n}", [])
    timer.join()
    assert go(Cell("1 + 1")) == 2
    assert connected.process.poll() is None


def test_threads(connected):
    """Threads share the worker, one run after another, each with its own result."""
    made = {}

    def work(number):
        made[number] = [go(Cell("x * 10", {"x": number})) for _ in range(5)]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {n: [n * 10] * 5 for n in range(4)}


def test_declarations_stay_there(connected):
    """The session belongs to the worker: connecting again finds it."""
    go(Cell("func Elsewhere() int { return 7 }"))
    goscore.restart()
    assert go(Cell("Elsewhere()")) == 7
    goscore.connect(None)
    assert isinstance(go(Cell("Elsewhere()")), goscore.GoNameError)


def test_leaving_does_not_end_it(elsewhere):
    """A worker that was only connected to lives on when Python leaves."""
    goscore.connect(elsewhere.file)
    goscore.connect(None)
    elsewhere.ask()


def test_tables(connected):
    """Tables of all kinds travel to a worker elsewhere, and only when they are new."""
    go = goscore.compile("""
    type Station struct { Name string; Lat float64; W []float64 }
    //goscore:table stations
    func Name(lat float64, stations []Station) string {
        for _, s := range stations { if s.Lat > lat { return fmt.Sprint(s.Name, s.W) } }
        return ""
    }
    func Rate(s string, rates map[string]map[string]float64) float64 { return rates[s]["x"] }
    //goscore:table m
    func At(x float64, m [][]float64) float64 { return x * m[1][1] }
    """)
    stations = [{"name": "a", "lat": 1.0, "w": [1.0, 2.0]}, {"name": "b", "lat": 2.0, "w": []}]
    sent = []
    for _ in range(2):
        assert go.Name([0.5, 1.5], stations) == ["a[1 2]", "b[]"]
        sent.append(goscore.last.bytes_in)
        assert go.Rate(["a", "b"], {"a": {"x": 1.5}}) == [1.5, 0.0]
        assert go.At([2.0], np.eye(2) * 3) == [6.0]
    assert sent[1] < sent[0] and go.Rate(["a"], {}) == [0.0]
    for number in range(70):  # more than are kept
        assert go.Rate(["a"], {"a": {"x": float(number)}}) == [float(number)]
    assert go.Rate(["a", "b"], {"a": {"x": 1.5}}) == [1.5, 0.0]  # it was dropped meanwhile
