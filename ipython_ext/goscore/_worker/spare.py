"""Channels of threads that have ended, for threads that come.

Threads of polars, DuckDB and other libraries are Python's for one call only.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channel import Channel

_MOST = 16


class Spare:
    """The channels."""

    def __init__(self) -> None:
        self._channels: list[Channel] = []
        self._open = True

    def put(self, channel: Channel) -> None:
        """Keep a channel that is at rest, or close it."""
        if self._open and not channel.running and len(self._channels) < _MOST:
            self._channels.append(channel)
        else:
            channel.close()

    def take(self) -> Channel | None:
        """Return a channel that can be used, if there is one."""
        while self._channels:
            with contextlib.suppress(IndexError):  # another thread has taken the last one
                channel = self._channels.pop()
                if channel.usable:
                    return channel
        return None

    def close(self) -> None:
        """Close them, and those that will come."""
        self._open = False
        while (channel := self.take()) is not None:
            channel.close()


class End:
    """What a thread holds while a channel is its own: it goes when the thread does.

    Attributes
    ----------
    channel : Channel
    """

    def __init__(self, channel: Channel, spare: Spare) -> None:
        self.channel, self._spare = channel, spare

    def __del__(self) -> None:
        if not self.channel.inherited:  # ZeroMQ's own state is not this process's
            self._spare.put(self.channel)
