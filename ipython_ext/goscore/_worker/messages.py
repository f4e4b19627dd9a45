"""Making, signing, checking and reading messages: the wire protocol of Jupyter.

`jupyter_client.Session` is not used. It parses every date in a message, and it
reads the messages for other clients too: with small data, a third of a call. Its
import made the first call slower. Source: "Messaging in Jupyter", version 5.4.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from .._errors import GoscoreError
from .connection import Connection

VERSION = "5.4"
DELIM = b"<IDS|MSG>"

Message = dict[str, Any]  # Jupyter's: header, parent_header, metadata, content, buffers

_REMEMBERED = 1 << 10  # signatures, at least: a reply counts for its own request alone, so few do
_ROUTING = 3  # frames among which the delimiter is
_PARTS = 4  # header, parent header, metadata, content: what is signed
SMALL_FRAMES = _ROUTING + 1 + _PARTS  # at most, with the signature; what follows may be large


class Signed:
    """One client's messages.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        session = f"{secrets.token_hex(8)}_{os.getpid()}"
        self.identity: bytes = session.encode()
        self._header = {"session": session, "username": "goscore", "version": VERSION}
        self._numbers = count()
        key = connection["key"].encode()
        self._hmac = hmac.new(key, digestmod=hashlib.sha256) if key else None
        self._seen: set[bytes] = set()
        self._before: set[bytes] = set()  # two generations bound the memory

    def make(
        self, kind: str, content: Mapping[str, object], metadata: Mapping[str, object]
    ) -> Message:
        """Make a request."""
        header = {
            **self._header,
            "msg_id": f"{self._header['session']}_{next(self._numbers)}",
            "msg_type": kind,
            "date": datetime.now(UTC).isoformat(),
        }
        return {"header": header, "parent_header": {}, "metadata": metadata, "content": content}

    def frames(self, message: Message) -> list[bytes]:
        """Encode and sign a request."""
        names = ("header", "parent_header", "metadata", "content")
        parts = [json.dumps(message[name], allow_nan=False).encode() for name in names]
        return [DELIM, self._sign(parts), *parts]

    def _sign(self, parts: list[bytes]) -> bytes:
        if self._hmac is None:
            return b""
        signing = self._hmac.copy()
        for part in parts:
            signing.update(part)
        return bytes(signing.hexdigest(), "ascii")

    def read(self, frames: list[Any], answering: str | None = None) -> Message | None:
        """Check a message and read it.

        Parameters
        ----------
        frames : list
            As they came.
        answering : str, optional
            The ``msg_id`` of the only request whose messages are read.

        Returns
        -------
        dict or None
            None of a message that something else caused.

        Raises
        ------
        ValueError
            It is not whole, not signed with the key, or came before.
        GoscoreError
            It is the worker's, and cannot be read.
        """
        start = frames[:_ROUTING].index(DELIM) + 1
        signature, parts = frames[start], frames[start + 1 : start + 1 + _PARTS]
        if len(parts) < _PARTS:
            raise ValueError("a message ends too early")
        self._check(signature, parts)
        parent = _object(parts[1])
        if answering is not None and parent.get("msg_id") != answering:
            return None
        return {
            "header": _object(parts[0]),
            "parent_header": parent,
            "metadata": _object(parts[2]),
            "content": _object(parts[3]),
            "buffers": [memoryview(frame) for frame in frames[start + 1 + _PARTS :]],
        }

    def _check(self, signature: bytes, parts: list[bytes]) -> None:
        """Refuse what is not signed or not new; only right signatures are remembered."""
        if self._hmac is None:
            return
        if not hmac.compare_digest(signature, self._sign(parts)):
            raise ValueError("a message with a wrong signature")
        if signature in self._seen or signature in self._before:
            raise ValueError("a message that came before")
        if len(self._seen) >= _REMEMBERED:
            self._before, self._seen = self._seen, set()
        self._seen.add(signature)


def _object(part: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(part.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from None
    if not isinstance(parsed, dict):
        raise _unreadable("a part of it is no JSON object")
    return parsed


def _unreadable(why: str) -> GoscoreError:
    return GoscoreError(
        f"read a message of the worker: {why}; the worker and this package may be of different versions "
        f"of goscore"
    )
