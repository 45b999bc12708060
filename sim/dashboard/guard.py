"""Who may speak to the page: this machine's own browser, and no page that came from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

LOCAL, EVERYWHERE = ("127.0.0.1", "localhost", "::1"), ("0.0.0.0", "::")
Scope = MutableMapping[str, Any]


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a host name or address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses requests that name another host than the page's own (a name that was bent to point
    here), and those that another page sends (its origin is not the host it speaks to)."""

    def __init__(self, app: Callable[..., Awaitable[None]], host: str) -> None:
        """``host`` is where the page answers; if on all addresses, it may have any name."""
        self.app, self.hosts = app, frozenset((*LOCAL, host))
        self.any_name = host in EVERYWHERE

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Passes on what is allowed."""
        if scope["type"] not in ("http", "websocket") or self.allows(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            start = {"type": "http.response.start", "status": 403, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b"not from here"})

    def allows(self, scope: Scope) -> bool:
        """Whether host and origin of a request are the page's own."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
        own = self.any_name or urlsplit(f"//{host}").hostname in self.hosts
        return own and (not origin or urlsplit(origin).netloc == host)
