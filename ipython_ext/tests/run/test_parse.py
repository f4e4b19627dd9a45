"""Options are read from raw text, and Go behind them stays as it is."""

import pytest

from goscore import ArgumentValueError
from goscore._run.parse import parse


def inputs(text):
    return [(name, path.text) for name, path in parse(text)[0].inputs]


def test_inputs():
    """Inputs are repeatable, separated by commas, renamed and dotted."""
    assert inputs("-i df") == [("df", "df")]
    assert inputs("-i a,b, c ,d -i e") == [(n, n) for n in "abcde"]
    assert inputs("--input=df") == inputs("-idf") == inputs("-i=df") == [("df", "df")]
    assert inputs("-i df.v") == [("v", "df.v")]
    assert inputs("-i x=self.prices.v") == [("x", "self.prices.v")]
    assert inputs('-i price=df["Unit Price"], n') == [("price", 'df["Unit Price"]'), ("n", "n")]
    assert inputs("""-i a=d['it\\'s']["b"].c""") == [("a", """d['it\\'s']["b"].c""")]
    assert inputs('-i df["v"]') == [("v", 'df["v"]')]
    assert inputs("-i größe") == [("größe", "größe")]


def test_other_options():
    """Every option has the value that was written."""
    options, rest = parse("-o total,py=go -t polars -nfv -j4 --timeout 2.5 --time")
    assert options.outputs == [("total", "total"), ("py", "go")]
    assert (options.to, options.threads, options.timeout) == ("polars", 4, 2.5)
    assert options.noreturn and options.force and options.verbose and options.time
    assert rest == ""
    assert parse("--threads=8")[0].threads == 8
    assert parse("--help")[0].help and parse("-h")[0].help


def test_modules():
    """--get is repeatable, and takes what Go calls a module and its version."""
    assert parse("--get a.b/c@v1.2.0 -n --get=d.e/f@latest")[0].get == [
        "a.b/c@v1.2.0",
        "d.e/f@latest",
    ]
    assert parse("-n")[0].get == []


def test_compared():
    """--compare takes two functions, by paths of Python."""
    first, second = parse("--compare slow=goscore.score_series")[0].compare
    assert (first.text, second.text) == ("slow", "goscore.score_series")
    assert parse('--compare=m.f["a"]=F')[0].compare[0].text == 'm.f["a"]'
    assert parse("-n")[0].compare is None


@pytest.mark.parametrize(
    "go",
    [
        "goscore.Score(df.v)",
        """fmt.Println('x', `a "{}" $HOME`, "it's")""",
        "-1.5 * n",
        "-(a + b)",
        "&v",
        'map[string]int{"a": 1}',
        "x;",
        "a  +  b",
        "(-i)",
        "x -n 3",
    ],
)
def test_go_survives(go):
    """The text behind the options is not touched."""
    assert parse(go)[1] == go
    assert parse("-i df " + go)[1] == go
    assert parse("-t list -- " + go)[1] == go


def test_double_dash_ends_options():
    """Behind -- even -n is Go."""
    options, rest = parse("-v -- -n + 1")
    assert options.verbose and not options.noreturn and rest == "-n + 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("--ouput x", "unknown option --ouput; did you mean --output?"),
        ("-time", "did you mean --time?"),
        ("-x", "unknown option -x"),
        ("-i", "-i/--input takes NAME"),
        ("-i f(x)", "calls are not made here"),
        ("-i df[0]", "cannot read '[0]'"),
        ("-i a,", "nothing follows"),
        ("-i type", "keyword in Go: rename it, for example -i t=type"),
        ('-i df["Unit Price"]', "-i Unit_Price=df"),
        ("-i a,a", "names a twice"),
        ("-i goscore", "package of the built-in functions"),
        ("-o class", "not a name in Python"),
        ("-t panda", "did you mean pandas?"),
        ("-t", "-t/--to needs a value"),
        ("-j 0", "-j/--threads takes a number of cores"),
        ("-j two", "-j/--threads takes a number of cores"),
        ("--get", "--get needs a value: MODULE@VERSION|./DIR"),
        ("--timeout soon", "--timeout takes a number of seconds"),
        ("--timeout -1", "--timeout takes a number of seconds"),
        ("--compare slow", "takes a Python function and a Go function, as in slow=Fast"),
        ("-n=1", "-n/--noreturn takes no value"),
    ],
)
def test_what_is_wrong_is_named(text, message):
    """A bad option is named, with the nearest that exists."""
    with pytest.raises(ArgumentValueError) as caught:
        parse(text)
    assert message in str(caught.value)
