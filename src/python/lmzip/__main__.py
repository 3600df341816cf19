"""The command line: all of the program, in this process."""

import signal
import sys

from ._native import program


def main() -> int:
    """What the arguments say; the exit code."""
    # The program's own ways, not Python's: it ends by a signal, and leaves nothing behind.
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    return program(["lmzip", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
