"""The worker as a Jupyter kernel of its own: Jupyter's tests of kernels, and what its cells show."""

import os

import jupyter_kernel_test
import pytest

from .started import HANG, installed


@pytest.fixture(scope="module", autouse=True)
def kernelspec(tmp_path_factory):
    """Register the kernel below a prefix that only these tests see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(installed(tmp_path_factory.mktemp("prefix"))))
        yield


class TestKernel(jupyter_kernel_test.KernelTests):
    """Jupyter's own tests.

    Not filled in, and so skipped: ``code_page_something``, since nothing of a
    Go cell goes to a pager; ``code_display_data`` and ``code_clear_output``,
    since Go has no display protocol: what a cell shows is text and its value.
    """

    kernel_name = "goscore"
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'fmt.Fprintln(os.Stderr, "careful")'
    code_generate_error = 'panic("no")'
    code_execute_result = [  # noqa: RUF012
        {"code": "6 * 7", "result": "42"},
        {"code": "x := 2.5\nx * x", "result": "6.25"},
        {"code": '"it\'s"', "result": '"it\'s"'},
    ]
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [  # noqa: RUF012
        {"text": "fallth", "matches": {"fallthrough"}},
        {"text": "strin", "matches": {"string", "strings"}},
        {"text": "strings.ToUpp", "matches": {"ToUpper", "ToUpperSpecial"}},
        {
            "text": "x := math.MaxUint",
            "matches": ["MaxUint" + n for n in ("", "8", "16", "32", "64")],
        },
        {"text": "rand.Uint32", "matches": {"Uint32", "Uint32N"}},
        {"text": 'import r "math/rand"\nr.Int63', "matches": {"Int63", "Int63n"}},
        {
            "text": "goscore.Score",
            "matches": {"Score", "ScoreSeries"},
        },
        {"text": "total := 1\ntot", "matches": {"total"}},
        {"text": "nothing.", "matches": set()},
    ]
    complete_code_samples = [  # noqa: RUF012
        "1 + 1",
        "",
        "x := []int{\n1,\n}",
        "func f() {\n}",
        "// only a comment",
        "if x := 1; x > 0 {\n}",
    ]
    incomplete_code_samples = [  # noqa: RUF012
        "func f() {",
        "x := []int{1,",
        "for i := range 3 {",
        "s := `raw",
        "fmt.Println(",
        "1 +",
        "/* comment",
    ]
    invalid_code_samples = ["func )", "x := = 3", '"text', "}"]  # noqa: RUF012
    code_inspect_sample = "strings.ToUpper"


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    """Subscribers are told from when on they miss nothing."""

    kernel_name = "goscore"
    support_iopub_welcome = True


@pytest.fixture(scope="module")
def client(kernelspec):
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="goscore")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code):
    """Run a cell; give its reply's status and what a frontend shows of it."""
    shown = []

    def show(message):
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            shown.append((content["name"], content["text"]))
        elif kind == "execute_result":
            shown.append(("value", content["data"]["text/plain"]))
        elif kind == "error":
            shown.append((content["ename"], "\n".join(content["traceback"])))
            assert content["evalue"] in shown[-1][1]

    reply = client.execute_interactive(code, output_hook=show, timeout=HANG)
    return reply["content"]["status"], shown


VALUES = {
    "true": "true",
    "1.0": "1",
    '"a\\tb"': '"a\\tb"',
    "time.Minute": "1m0s",
    '[]string{"a b", "c"}': '["a b" "c"]',
    'map[string]int{"b": 1, "a": 2}': 'map["a":2 "b":1]',
    'type P struct { X int; S string }\nP{1, "s"}': '{X:1 S:"s"}',
    '[]P{{1, "s"}, {22, ""}}': ' X    S\n 1  "s"\n22   ""',
    'struct { V []float64 }{[]float64{1, 2.5}}': "  V\n  1\n2.5",
    "var p *int\np": "nil *int",
    "make([]int8, 1e8)": "[" + "0 " * 50 + "... and 99999950 more]",
    'func f() (int, error) { return 1, nil }\nf()': "1",
    'func g() (int, string) { return 1, "a" }\ng()': '(1, "a")',
    "complex(1, 2)": "(1+2i)",
    "goscore.Score([]int{1, 4})": "9",
}  # fmt: skip


def test_values(client):
    """A value is shown as Go writes it, strings quoted; frames are tables; the long is cut."""
    for code, text in VALUES.items():
        assert run(client, code) == ("ok", [("value", text)]), code


READERS = {
    "fmt.Scanln": """
        var a, b int
        n, err := fmt.Scanln(&a, &b)
        fmt.Println(n, err, a + b)""",
    "a scanner": """
        lines := bufio.NewScanner(os.Stdin)
        sum := 0
        for lines.Scan() {
            n, _ := strconv.Atoi(lines.Text())
            sum += n
        }
        fmt.Println(sum)""",
    "a goroutine": """
        said := make(chan string)
        go func() {
            var s string
            fmt.Print("Name? ")
            fmt.Scan(&s)
            said <- s
        }()
        fmt.Println("Hello", <-said)
        strings.Repeat("x", 300)""",
    "an earlier function": "read()",
}
LINES = {
    "fmt.Scanln": (["20 22"], "2 <nil> 42\n"),
    "a scanner": (["1", "20", "", "300", "\x04"], "321\n"),
    "a goroutine": (["", "Ännchen"], "Name? Hello Ännchen\n"),
    "an earlier function": (["one more"], "one more\n|"),
}


def answered(client, code, lines):
    """Run a cell whose reads of standard input get the lines; return its status and output."""
    left, shown = iter(lines), []

    def show(message):
        if message["msg_type"] == "stream":
            shown.append(message["content"]["text"])

    def answer(message):
        assert message["content"] == {"prompt": "", "password": False}
        client.input(next(left))

    reply = client.execute_interactive(
        code, allow_stdin=True, stdin_hook=answer, output_hook=show, timeout=HANG
    )
    assert list(left) == []
    return reply["content"]["status"], "".join(shown)


def test_input(client):
    """What a cell reads from standard input is asked for when it waits, line by line."""
    run(
        client,
        """
        func read() {
            line, _ := bufio.NewReader(os.Stdin).ReadString('\\n')
            fmt.Print(line, "|")
        }""",
    )
    for name, code in READERS.items():
        lines, shown = LINES[name]
        assert answered(client, code, lines) == ("ok", shown), name


def test_input_that_nobody_wants(client):
    """A cell that reads nothing, or ends before its goroutine has read, does not wait."""
    assert answered(client, "_ = os.Stdin\nfmt.Print(1)", []) == ("ok", "1")
    assert answered(client, "go fmt.Scanln()\nfmt.Print(2)", []) == ("ok", "2")


def test_input_not_allowed(client):
    """A frontend that does not ask gets the end of the input, and a warning that says so."""
    reads = "n, err := fmt.Scanln(new(int))\nfmt.Println(n, err)"
    shown = []
    reply = client.execute_interactive(
        reads, allow_stdin=False, output_hook=shown.append, timeout=HANG
    )
    text = "".join(m["content"]["text"] for m in shown if m["msg_type"] == "stream")
    assert reply["content"]["status"] == "ok" and "0 EOF" in text
    assert "fmt.Scanln finds nothing to read: this frontend does not ask its user" in text


def test_input_interrupted(client):
    """An interrupt ends a cell that waits for its user, and the next cell runs."""
    reads = "var s string\nfmt.Scanln(&s)"

    def interrupt(message):
        request = client.session.msg("interrupt_request", {})
        client.control_channel.send(request)

    reply = client.execute_interactive(
        reads, allow_stdin=True, stdin_hook=interrupt, output_hook=lambda _: None, timeout=HANG
    )
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert answered(client, reads + "\nfmt.Print(s)", ["next"]) == ("ok", "next")


def test_silence(client):
    """Declarations, assignments, prints and what ends in a semicolon have no value."""
    for code in (
        "func h() int { return 1 }",
        "var x = 1",
        "h();",
        "// nothing",
        "",
        'fmt.Print("")',
    ):
        assert run(client, code) == ("ok", []), code


def test_errors(client):
    """An error's name and text are in the traceback: most frontends show nothing else."""
    status, shown = run(client, "y := 1\ny + nothing")
    assert status == "error"
    ((kind, text),) = shown
    assert kind == "GoNameError"
    assert (
        text.startswith("GoNameError: In[") and "undefined: nothing\n   2 | y + nothing\n" in text
    )
    for code, kind, text in (
        ('panic("oh")', "GoPanic", "line 1: panic: oh"),
        ('errors.New("gone")', "GoError", "gone"),
        ("os.Exit(3)", "ProgramDiedError", "exit status 3"),
        ("%goscore 1", "GoCompileError", "found '%'"),
    ):
        status, shown = run(client, code)
        assert status == "error" and shown[-1][0] == kind and text in shown[-1][1], code


def test_warnings_and_output(client):
    """Warnings are on stderr, prints on stdout, before the value."""
    status, shown = run(client, 'unused := 1\nfmt.Println("out")\n2')
    assert status == "ok" and [kind for kind, _ in shown] == ["stderr", "stdout", "value"]
    assert "declared and not used: unused" in shown[0][1] and shown[1][1] == "out\n"


def test_session(client):
    """What cells declare is completed and inspected in later ones."""
    run(client, "// Twice doubles.\nfunc Twice(x int) int { return 2 * x }")
    reply = client.complete("1 + Twi", reply=True, timeout=HANG)["content"]
    assert (reply["matches"], reply["cursor_start"], reply["cursor_end"]) == (["Twice"], 4, 7)
    for code, text in (
        ("Twice(3)", "// Twice doubles.\nfunc Twice(x int) int"),
        ("strings.ToUpper", "func strings.ToUpper(s string) string"),
    ):
        reply = client.inspect(
            code, len(code) - 2 if code[-1] == "r" else 2, reply=True, timeout=HANG
        )
        assert reply["content"]["found"] and text in reply["content"]["data"]["text/plain"]
    assert not client.inspect("nothing", 3, reply=True, timeout=HANG)["content"]["found"]
    assert run(client, "Twice(Twice(1))") == ("ok", [("value", "4")])


def test_lost_value(client):
    """A value of an earlier cell is said to be gone, and what to do here, where there is no Python."""
    for value in ("lost := 5\n_ = lost", "var lost = 3\nlost += 4"):
        run(client, value)
        for code in ("lost + 1", "func More() int { return lost }"):
            status, shown = run(client, code)
            text = shown[-1][1]
            assert status == "error" and "lost was a value of In[" in text
            assert "compute it here again" in text and "Python" not in text


def test_stop_button(client):
    """An interrupt ends the running cell; the kernel goes on."""

    def press(message):
        if message["msg_type"] == "stream":
            client.control_channel.send(client.session.msg("interrupt_request", {}))
        elif message["msg_type"] == "error":
            assert message["content"]["ename"] == "KeyboardInterrupt"

    reply = client.execute_interactive(
        'fmt.Println("begun")\nfor {}', output_hook=press, timeout=HANG
    )
    assert reply["content"]["status"] == "error"
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert run(client, "1 + 1") == ("ok", [("value", "2")])


def test_kernelspec():
    """The installed kernel is called Go (goscore), and is interrupted by message."""
    from jupyter_client.kernelspec import get_kernel_spec

    spec = get_kernel_spec("goscore")
    assert (spec.display_name, spec.language, spec.interrupt_mode) == (
        "Go (goscore)",
        "go",
        "message",
    )
    assert os.access(spec.argv[0], os.X_OK)
