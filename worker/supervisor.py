"""Several workers on one machine: started, watched, restarted, and stopped together.

Each is a process of its own and a member of the group like any other; nothing passes between them but
through the bus. On a machine of their own, many workers are many of these.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from worker import logs
from worker.clock import Clock

FIRST_PAUSE, LAST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 30.0
"""Seconds before a worker that died is started again: doubled each time, and from the first again for one
that had worked for STEADY_SECONDS."""

GRACE_SECONDS = 40.0
"""How long workers may take to stop in order; longer than a unit of work and its commit together."""

EXIT_WRONG = 2
EXIT_HUNG = 70
_LOOK_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1

log = logs.logger("tocsin")


@dataclass(slots=True)
class Member:
    """One worker to run: its command line and what its environment adds to ours."""

    number: int
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = FIRST_PAUSE
    done: bool = False


@dataclass(slots=True)
class Supervisor:
    """Runs the members until `stop` is set, until all have ended in order, or until one may not go on."""

    members: Sequence[Member]
    stop: threading.Event
    clock: Clock
    grace: float = GRACE_SECONDS
    _code: int = field(default=0)

    def run(self) -> int:
        """The exit code: 0; 2 if a member ended so (wrong settings, a blown fuse); 70 if one was killed."""
        try:
            while not self.stop.is_set() and not all(member.done for member in self.members):
                for member in self.members:
                    self._look_after(member)
                self.stop.wait(_LOOK_SECONDS)
        finally:
            self._end()
        return self._code

    def reload(self) -> None:
        """Ask every worker for its watch-lists anew; safe in a signal handler."""
        for member in self.members:
            process = member.process
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGHUP)

    def _look_after(self, member: Member) -> None:
        now = self.clock.monotonic()
        if member.process is None:
            if not member.done and now >= member.due:
                self._start(member)
            return
        code = member.process.poll()
        if code is None:
            return
        member.process = None
        if code == 0:
            member.done = True
        elif code == EXIT_WRONG:  # the same would happen again: a person must look
            log.error("worker may not go on", worker=member.number, code=code)
            member.done, self._code = True, EXIT_WRONG
            self.stop.set()
        else:
            self._restart_later(member, code, now)

    def _restart_later(self, member: Member, code: int, now: float) -> None:
        if now - member.started >= STEADY_SECONDS:
            member.pause = FIRST_PAUSE
        log.warning("worker died", worker=member.number, code=code, restart_in_seconds=member.pause)
        member.due = now + member.pause
        member.pause = min(member.pause * 2, LAST_PAUSE)

    def _start(self, member: Member) -> None:
        member.started = self.clock.monotonic()
        member.process = subprocess.Popen(  # noqa: S603 - our own command line
            member.command,
            env={**os.environ, **member.environment},
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        log.info("worker started", worker=member.number, process=member.process.pid)

    def _end(self) -> None:
        """SIGTERM to all, then SIGKILL to who does not end in time."""
        running = [member.process for member in self.members if member.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = self.clock.monotonic() + self.grace
        for process in running:
            try:
                code = process.wait(max(0.0, deadline - self.clock.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = EXIT_HUNG
                log.error(
                    "worker killed", process=process.pid, detail=f"it did not stop within {self.grace:g} s"
                )
            if code != 0 and self._code == 0:
                self._code = code if code > 0 else EXIT_HUNG


def _end_with_parent() -> None:
    """In the child: ask the kernel for SIGTERM should the supervisor be killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
