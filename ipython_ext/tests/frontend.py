"""What a test in a browser needs first: a Jupyter server of its own, and a Chromium."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from selenium import webdriver

from .started import HANG, until

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS = {"notification": {"fetchNews": "false", "checkForUpdates": False}}


@contextlib.contextmanager
def chromium(profile):
    """Start a Chromium with a new *profile* and give its driver; skip the tests where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not found or not driver:
        pytest.skip(
            "no Chromium with chromedriver on PATH. Debian: apt-get install chromium chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = found
    switches = "headless disable-gpu disable-dev-shm-usage no-first-run disable-sync"
    switches += " disable-background-networking disable-component-update"
    if os.geteuid() == 0:
        switches += " no-sandbox"
    for switch in [*switches.split(), f"user-data-dir={profile}", "window-size=1300,1900"]:
        options.add_argument(f"--{switch}")
    service = webdriver.ChromeService(executable_path=driver)
    made = webdriver.Chrome(options=options, service=service)
    made.set_page_load_timeout(HANG)
    made.set_script_timeout(HANG)
    try:
        yield made
    finally:
        made.quit()


def environment(folder):
    """Return the environment of a server that the user's settings do not reach."""
    kept = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    made = kept | {name: str(folder / name.lower()) for name in own}
    settings = Path(made["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, value in SETTINGS.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(value))
    return made | {"JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_TOKEN": secrets.token_hex(16)}


def free_port():
    """Return a port of localhost that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(module, folder):
    """Start ``python -m MODULE``, and give a function from a path on the server to its URL."""
    env, port = environment(folder), free_port()
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
    ]
    options += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    options += [f"--ServerApp.root_dir={folder}"]
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *options],
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def url(path):
        return f"http://127.0.0.1:{port}/{path}?token={env['JUPYTER_TOKEN']}"

    def answers():
        assert process.poll() is None, (folder / "server.log").read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(url("api/status"), timeout=HANG):
            return True

    try:
        until(answers)
        yield url
    finally:
        # A server that is asked to end shuts its kernels down first.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(HANG)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(HANG)
