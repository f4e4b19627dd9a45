"""In a notebook's own kernel: output, errors and the stop button."""

import pytest
from jupyter_client.manager import start_new_kernel

from .started import HANG, until


@pytest.fixture(scope="module")
def notebook():
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(notebook, code, begun=None):
    """Run a cell; give what a frontend would show of it. Interrupt it when the file *begun* is there."""
    manager, client = notebook
    request = client.execute(code)
    shown = []
    if begun:
        until(begun.exists)
        manager.interrupt_kernel()
    while True:
        message = client.get_iopub_msg(timeout=HANG)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if content.get("execution_state") == "idle":
            return shown
        if message["msg_type"] in ("stream", "execute_result", "error", "display_data"):
            shown.append((message["msg_type"], content))


def test_value_and_output(notebook):
    """The value is displayed, and what is printed is a stream of the cell."""
    execute(notebook, "%load_ext goscore\nimport pandas as pd\ndf = pd.DataFrame({'v': [4.0]})")
    shown = execute(notebook, "%%goscore -i df\nfmt.Println(`it's`)\ngoscore.Score(df.v)\n")
    assert [kind for kind, _ in shown] == ["stream", "execute_result"]
    assert shown[0][1]["text"] == "it's\n" and shown[1][1]["data"]["text/plain"] == "8.0"


def test_error_text(notebook):
    """evalue and traceback carry the text alone, so that every frontend and log shows it."""
    ((kind, content),) = execute(notebook, "%%goscore\nx := 1\nx + nothing\n")
    assert kind == "error" and content["ename"] == "GoNameError"
    assert "undefined: nothing" in content["evalue"] and "^" in content["evalue"]
    text = "\n".join(content["traceback"])
    assert text == "GoNameError: " + content["evalue"]


def test_run_all_stops(notebook):
    """A failing cell's reply is an error."""
    _, client = notebook
    reply = client.execute_interactive(
        "%goscore os.Exit(1)", output_hook=lambda message: None, timeout=HANG
    )
    assert reply["content"]["status"] == "error"


def test_stop_button(notebook, tmp_path):
    """The stop button ends an endless loop; the next cell works."""
    begun = tmp_path / "begun"
    shown = execute(notebook, f"%%goscore\nos.Create(`{begun}`)\nfor {{}}\n", begun)
    assert shown[-1][1]["ename"] == "KeyboardInterrupt"
    assert shown[-1][1]["traceback"] == ["KeyboardInterrupt: the cell was interrupted"]
    shown = execute(notebook, "%goscore 1 + 1")
    assert shown[0][1]["data"]["text/plain"] == "2"


def test_completion(notebook):
    """Tab completes the options."""
    _, client = notebook
    code = "%%goscore --thr"
    reply = client.complete(code, len(code), reply=True, timeout=HANG)
    assert reply["content"]["matches"] == ["--threads"]
