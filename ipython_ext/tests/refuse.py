"""Refuses system calls, then runs a command: python refuse.py NAME[,NAME...]=ERRNO ... -- COMMAND...

The filter is seccomp's, as containers have it. Linux on x86_64 only.
"""

import ctypes
import errno
import os
import struct
import sys

NUMBERS = {
    "flock": 73,
    "setpgid": 109,
    "setsid": 112,
    "prctl": 157,
    "process_vm_readv": 310,
    "memfd_create": 319,
    "pidfd_open": 434,
}
_LOAD, _EQUAL, _RETURN = (
    0x20,
    0x15,
    0x06,
)  # linux/bpf_common.h: BPF_LD+W+ABS, BPF_JMP+JEQ+K, BPF_RET+K
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000  # linux/seccomp.h
_X86_64 = 0xC000003E  # linux/audit.h
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse(rules):
    """Let each system call of *rules*, by number, end with an error from now on, also in children."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _X86_64), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    for number, code in rules.items():
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | code)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(text))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "no filter could be set")


def main():
    """Read the command line."""
    end = sys.argv.index("--")
    rules = {}
    for words in sys.argv[1:end]:
        names, _, code = words.partition("=")
        rules |= {NUMBERS[name]: getattr(errno, code) for name in names.split(",")}
    refuse(rules)
    os.execvp(sys.argv[end + 1], sys.argv[end + 1 :])


if __name__ == "__main__":
    main()
