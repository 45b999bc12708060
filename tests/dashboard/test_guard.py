"""Who may speak to the page."""

import asyncio

import pytest

from sim.dashboard.guard import Guard, is_loopback


def answered(host, origin=None, kind="http", at="127.0.0.1"):
    """What a request with this host and origin gets: passed, a status, or a code of closing."""
    sent, passed = [], []

    async def page(scope, receive, send):
        passed.append(scope)

    async def send(message):
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    scope = {"type": kind, "headers": headers}
    asyncio.run(Guard(page, at)(scope, None, send))
    return "passed" if passed else sent[0].get("status") or sent[0].get("code")


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
def test_this_machine_may(host):
    assert answered(host) == answered(host, f"http://{host}") == "passed"
    assert answered(host, f"http://{host}", "websocket") == "passed"


def test_a_name_bent_to_point_here_may_not():
    assert answered("evil.example:8765") == 403
    assert answered("evil.example:8765", kind="websocket") == 1008
    assert answered("") == 403


def test_a_page_on_all_addresses_has_any_name_but_still_one_origin():
    assert answered("192.168.1.5:8765", at="0.0.0.0") == "passed"
    assert answered("192.168.1.5:8765", "http://evil.example", at="0.0.0.0") == 403
    assert answered("192.168.1.5:8765", at="192.168.1.5") == "passed"


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null"])
def test_a_page_from_elsewhere_may_not(origin):
    assert answered("127.0.0.1:8765", origin) == 403
    assert answered("127.0.0.1:8765", origin, "websocket") == 1008


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("x", False)],
)
def test_what_only_this_machine_can_reach(host, local):
    assert is_loopback(host) is local
