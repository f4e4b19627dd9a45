"""One row function and one scalar function, their data, and what the system says of engines' processes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path

import pandas as pd
import psutil
import pyarrow as pa

from .declared import functions
from .started import HANG, alive, until

MARK = "GOSCORE_TEST_ENGINE"  # in the environment of all that an engine starts
CELL = """
type Ride struct {
	Fare  string
	Count *int64
	Zone  string `goscore:"Pickup Zone"`
}
type Bill struct {
	Total float64
	Label string
	Known bool
}

// Price reads a fare such as "12.50 €".
func Price(r Ride) (Bill, error) {
	amount, err := Amount(r.Fare)
	if r.Count == nil {
		return Bill{amount, strings.ToUpper(r.Zone), false}, err
	}
	return Bill{amount * float64(*r.Count), strings.ToUpper(r.Zone), true}, err
}

func Amount(fare string) (float64, error) {
	return strconv.ParseFloat(strings.TrimSuffix(fare, " €"), 64)
}

func Spread(v []float64, q float64) float64 {
	slices.Sort(v)
	return v[len(v)-1]*q - v[0]
}

type Till struct {
	Rides, Unread int64
	Counted       *int64
	Total         float64
	Longest       string
}

func Takings(fare []*string, count []*int64) Till {
	var t Till
	for i, f := range fare {
		one := Till{Rides: 1, Counted: count[i]}
		if f == nil {
			one.Unread = 1
		} else if amount, err := Amount(*f); err != nil {
			one.Unread = 1
		} else {
			one.Total, one.Longest = amount, *f
		}
		t = Merge(t, one)
	}
	return t
}

func Merge(a, b Till) Till {
	if len(a.Longest) > len(b.Longest) {
		b.Longest = a.Longest
	}
	if a.Counted != nil && b.Counted != nil {
		n := *a.Counted + *b.Counted
		b.Counted = &n
	} else if b.Counted == nil {
		b.Counted = a.Counted
	}
	return Till{a.Rides + b.Rides, a.Unread + b.Unread, b.Counted, a.Total + b.Total, b.Longest}
}
"""
# The first row that finds no file stays until its process is killed.
SLOW = """
func Next(n int64) int64 {
	file, err := os.OpenFile("%s", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintln(file, os.Getpid())
		file.Close()
		time.Sleep(time.Minute)
	}
	return n + 1
}
"""
FARES = ["12.50 €", "3", None, "free", "1e3 €"]
ZONES = ["Café", "dock", None]
ROWS = 3_000


def rides() -> pa.Table:
    """Make the data: strings that are numbers, are none and are missing."""
    number = range(ROWS)
    return pa.table(
        {
            "n": pa.array(number, pa.int64()),
            "Pickup Zone": [ZONES[at % 3] for at in number],
            "count": pa.array([None if at % 7 == 0 else at for at in number], pa.int64()),
            "fare": [FARES[at % 5] for at in number],
        }
    )


def price(row):
    """Do in Python what Price does, and coerce."""
    try:
        if row["fare"] is None or row["Pickup Zone"] is None:
            raise ValueError
        amount = float(row["fare"].removesuffix(" €"))
    except ValueError:
        return {"Total": None, "Label": None, "Known": None}
    known = row["count"] is not None
    total = amount * row["count"] if known else amount
    return {"Total": total, "Label": row["Pickup Zone"].upper(), "Known": known}


RIDES = rides()
WANTED = [price(row) for row in RIDES.to_pylist()]
AMOUNTS = [
    None if fare in (None, "free") else float(fare.removesuffix(" €"))
    for fare in RIDES["fare"].to_pylist()
]
GO = functions(CELL)
TILLS = GO.Takings(RIDES["fare"], RIDES["count"], by=RIDES["Pickup Zone"]).rename_columns(
    ["zone", "Rides", "Unread", "Counted", "Total", "Longest"]
)


def pandas_rides() -> pd.DataFrame:
    """Return the data as pandas has it."""
    return RIDES.to_pandas().astype({"count": "Int64"})


def listed(result) -> list:
    """Return rows or values of a result of any library; missing values are None."""
    if isinstance(result, pd.DataFrame):
        result = pa.Table.from_pandas(result, preserve_index=False)
    elif isinstance(result, pd.Series):
        result = pa.array(result, from_pandas=True)
    elif type(result).__module__.startswith("polars"):
        result = result.to_arrow()
    return result.to_pylist()


def ours() -> set[int]:
    """Return the workers and programs that engines' processes have started."""
    own = {child.pid for child in psutil.Process().children() if child.name() == "goscore"}
    found = set()
    for process in marked():
        with contextlib.suppress(psutil.Error, IndexError):
            name, parent = Path(process.cmdline()[0]).name, process.ppid()
            if name.startswith("goscore") and not {process.pid, parent} & own:
                found.add(process.pid)
    return found


def left() -> list[str]:
    """Return what engines' processes have left of goscore: processes, memory, sockets, directories."""
    place = Path(os.environ["TMPDIR"]) / "goscore-"
    sockets = [
        line for line in Path("/proc/net/unix").read_text().splitlines() if str(place) in line
    ]
    directories = place.parent.glob("goscore-*")
    return [*map(str, ours()), *memory(), *sockets, *map(str, directories)]


def memory() -> list[str]:
    """Return the segments that marked processes hold, whatever they are."""
    own = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
    found = []
    for process in marked():
        with contextlib.suppress(OSError):
            if process.pid not in own:
                links = map(os.readlink, Path(f"/proc/{process.pid}/fd").iterdir())
                found += [f"{process.pid}: {link}" for link in links if "memfd:goscore" in link]
    return found


def marked() -> list[psutil.Process]:
    """Return the processes that engines have started, and what those have."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if os.environ[MARK] in process.environ().get(MARK, ""):
                found.append(process)
    return found


def killed(mark: Path, call):
    """Kill the process in which a call runs Next, and return what the call gives in the end."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    until(lambda: mark.exists() and mark.read_text().endswith("\n"))
    program = psutil.Process(int(mark.read_text()))
    family = [program, program.parent()]
    engine = family[1].parent()
    assert engine.pid != os.getpid()
    os.kill(engine.pid, signal.SIGKILL)
    until(lambda: not any(alive(process.pid) for process in family))
    thread.join(HANG)
    (result,) = found
    return result
