"""The system calls that no command needs and that reach over its cage, as a seccomp filter.

libseccomp makes it, by its C interface (seccomp_rule_add(3)): it knows the numbers of the calls on
each architecture. Debian's apt needs that library, so it is there; its Python bindings are not.
What the CLI's own filter (2.1.330) denies besides, and later than ours: mounts, namespaces, sockets
but the internet's.
"""

import ctypes
import errno
import os

LIBRARY = "libseccomp.so.2"

FORBIDDEN = (
    # One store for all processes of a user, cages included: keyrings(7).
    *("add_key", "request_key", "keyctl"),
    # The kernel itself: its modules, its programs, its successor, its log.
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load"),
    *("bpf", "perf_event_open", "syslog"),
    # Opens a file by its number, past the folders that are hidden.
    "open_by_handle_at",
    # Of use to who attacks the kernel; container runtimes forbid it too.
    "userfaultfd",
)
UNKNOWN = (
    # Does other calls behind the filter's back; node and others go on without.
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    # Memory that is no process's, so that nobody could see how much a command takes: sysvipc(7).
    *("shmget", "msgget", "semget"),
)
"""Denied as a kernel does that has no such call."""

_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_OTHER_ARCHITECTURE = 2


class MissingLibrary(OSError):
    """The system has no libseccomp."""


def filter_file() -> int:
    """A descriptor of the compiled filter, to be inherited; calls of other architectures fail too.

    Raises MissingLibrary.
    """
    library = load_library()
    context = library.seccomp_init(_ALLOW)
    # By an older architecture's numbers (32 bits on an x86_64) the same calls can be made.
    _check(library.seccomp_attr_set(context, _OTHER_ARCHITECTURE, _ERROR | errno.EPERM))
    for names, error in ((FORBIDDEN, errno.EPERM), (UNKNOWN, errno.ENOSYS)):
        for name in names:
            number = library.seccomp_syscall_resolve_name(name.encode())
            _check(library.seccomp_rule_add_array(context, _ERROR | error, number, 0, None))
    file = os.memfd_create("seccomp", 0)
    _check(library.seccomp_export_bpf(context, file))
    os.lseek(file, 0, os.SEEK_SET)
    return file


def load_library() -> ctypes.CDLL:
    """libseccomp; raises MissingLibrary."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise MissingLibrary(f"{LIBRARY} is missing: apt-get install libseccomp2") from error
    word, context = ctypes.c_uint32, ctypes.c_void_p
    library.seccomp_init.argtypes, library.seccomp_init.restype = [word], context
    library.seccomp_attr_set.argtypes = [context, ctypes.c_int, word]
    library.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
    library.seccomp_rule_add_array.argtypes = [
        *(context, word, ctypes.c_int),
        *(ctypes.c_uint, ctypes.c_void_p),
    ]
    library.seccomp_export_bpf.argtypes = [context, ctypes.c_int]
    return library


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp: {os.strerror(-result)}")
