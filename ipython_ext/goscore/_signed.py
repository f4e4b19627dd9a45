"""Messages as they are signed, checked and read: `jupyter_client`'s, but for the reading.

Its own way to read parses every date in a message, and reads also those that
answer somebody else: with small data that was a third of a call.
"""

from __future__ import annotations

import json
from hmac import compare_digest
from typing import Any

from jupyter_client.session import DELIM, Session

Message = dict[str, Any]

_REMEMBERED = 1 << 16  # signatures, at least; as many as jupyter_client and the worker do
_ROUTING = 3  # frames among which the delimiter is
_PARTS = 4  # header, parent header, metadata, content: what is signed


class Signed:
    """One client's messages.

    Parameters
    ----------
    info : dict
        Content of the connection file.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self._session = Session(
            key=info["key"].encode(),
            signature_scheme=info.get("signature_scheme", "hmac-sha256"),
            username="goscore",
        )
        self.identity: bytes = self._session.bsession
        self._key = bool(info["key"])
        self._seen: set[bytes] = set()
        self._before: set[bytes] = set()  # two generations bound the memory

    def make(self, kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> Message:
        """Make a request."""
        return dict(self._session.msg(kind, content, metadata=metadata))

    def frames(self, message: Message) -> list[bytes]:
        """Encode and sign a request."""
        return self._session.serialize(message)

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
        if not self._key:
            return
        if not compare_digest(signature, self._session.sign(parts)):
            raise ValueError("a message with a wrong signature")
        if signature in self._seen or signature in self._before:
            raise ValueError("a message that came before")
        if len(self._seen) >= _REMEMBERED:
            self._before, self._seen = self._seen, set()
        self._seen.add(signature)


def _object(part: bytes) -> dict[str, Any]:
    made = json.loads(part.decode("utf-8", "replace"))
    if not isinstance(made, dict):
        raise ValueError("a part of a message is no JSON object")
    return made
