"""The command that opens the page: bad input in a sentence, and what it warns of."""

import socket
import sys

import pytest


def test_a_port_that_is_taken_is_told(call):
    pytest.importorskip("nicegui")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = call("dashboard", "--port", port, "--no-browser")
    assert code == 2 and out == ""
    assert err.startswith(f"127.0.0.1, port {port}, cannot be used (Address already in use)")


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "80000"),
        ("--host", "no.such.host.invalid"),
        ("--results", "nowhere"),
        ("--host", ""),
    ],
)
def test_places_that_cannot_be(call, words):
    pytest.importorskip("nicegui")
    code, _, err = call("dashboard", "--no-browser", *words)
    assert code == 2 and err.count("\n") == 1


def test_without_the_library_it_says_how_to_get_it(call, monkeypatch):
    for name in [each for each in sys.modules if each.partition(".")[0] == "nicegui"]:
        monkeypatch.delitem(sys.modules, name)
    for name in [each for each in sys.modules if each.startswith("sim.dashboard.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nicegui", None)
    code, _, err = call("dashboard", "--no-browser")
    assert (code, err) == (2, "the page needs NiceGUI: pip install 'trader-sim[app]'\n")


def test_an_open_page_is_warned_of(call, monkeypatch):
    server = pytest.importorskip("sim.dashboard.server")
    served = []
    monkeypatch.setattr(server, "serve", lambda *where: served.append(where))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code, out, err = call("dashboard", "--host", "0.0.0.0", "--port", port, "--no-browser")
    assert code == 0 and "can be reached from other machines" in err and served[0][0] == "0.0.0.0"
    code, out, err = call("dashboard", "--port", port, "--no-browser")
    assert (code, err) == (0, "") and f"http://127.0.0.1:{port}/" in out
