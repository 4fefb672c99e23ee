#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""terminal.py - run a command on a terminal of its own, and play its user.

Usage: terminal.py STEP... -- COMMAND [ARGUMENT...]

Steps, in this order, while the command runs:
  size=ROWSxCOLUMNS   change the window's size
  send=TEXT           type TEXT and Enter
  type=TEXT           type TEXT
  expect=TEXT         wait until the command has printed TEXT since the last
                      expect; fail after 30 seconds
Then prints what is left until the command ends, and "modes kept" or "modes
changed": whether the terminal is as it was before.  Exits with the command's
status; 100 if an expected text did not come.
"""
import fcntl
import os
import select
import struct
import sys
import time

PATIENCE = 30
# The smallest of Pythons has no module termios.
TCGETS, TIOCSCTTY, TIOCSWINSZ = 0x5401, 0x540E, 0x5414


class Terminal:
    """The command and the outer end of its terminal."""

    def __init__(self, command, size):
        self.seen = b""
        self.master, slave = os.openpty()
        self.slave = slave
        self.resize(size)
        self.before = self.modes()
        self.pid = os.fork()
        if not self.pid:
            os.setsid()
            fcntl.ioctl(slave, TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            os.execvp(command[0], command)

    def resize(self, size):
        """Change the window's size; the kernel sends SIGWINCH."""
        rows, columns = (int(n) for n in size.split("x"))
        fcntl.ioctl(self.master, TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def modes(self):
        """How the terminal treats what goes through it."""
        return fcntl.ioctl(self.slave, TCGETS, bytes(64))

    def read(self, seconds):
        """Take what is printed within that time; False at the end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 4096)
        except OSError:
            return False
        self.seen += data
        sys.stdout.write(data.decode(errors="replace").replace("\r", ""))
        sys.stdout.flush()
        return bool(data)

    def expect(self, text):
        """Wait for a text."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.seen:
            if time.monotonic() > end or not self.read(1):
                print(f"\nno {text!r} came")
                return False
        self.seen = self.seen.split(text.encode(), 1)[1]
        return True

    def finish(self):
        """The command's exit status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.2)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.read(0.2)
                return os.waitstatus_to_exitcode(status)
        print("\nit does not end")
        os.kill(self.pid, 9)
        return 100


def main():
    at = sys.argv.index("--")
    steps, command = sys.argv[1:at], sys.argv[at + 1:]
    size = "24x80"
    if steps and steps[0].startswith("size="):
        size = steps.pop(0)[5:]
    terminal = Terminal(command, size)
    for step in steps:
        what, text = step.split("=", 1)
        if what == "size":
            terminal.resize(text)
        elif what == "expect":
            if not terminal.expect(text):
                return 100
        else:
            os.write(terminal.master,
                     (text + ("\r" if what == "send" else "")).encode())
    status = terminal.finish()
    kept = terminal.modes() == terminal.before
    print("\nmodes", "kept" if kept else "changed")
    return status


sys.exit(main())
