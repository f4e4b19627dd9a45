"""The content of a reply: what was asked for, or the error in its place."""

from __future__ import annotations

from typing import TypeVar

from .._errors import from_reply
from .._protocol.check import checked
from .._protocol.messages import ErrorReply
from .messages import Message

T = TypeVar("T")


def content(reply: Message, declared: type[T]) -> T:
    """Return the content of a reply as `_protocol` declares it.

    Raises
    ------
    BaseException
        The error that the worker answered with.
    GoscoreError
        It is of another form than was declared.
    """
    raise_error(reply)
    return checked(reply["content"], declared, str(reply["header"].get("msg_type")))


def raise_error(reply: Message) -> None:
    """Raise the error that a reply stands for, if it does."""
    if reply["content"].get("status") == "error":
        raise from_reply(checked(reply["content"], ErrorReply, "the worker's error"))
