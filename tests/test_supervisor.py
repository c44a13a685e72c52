"""Several workers, supervised: restarted when they die, stopped together, and 2 ends them all."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from worker import supervisor
from worker.clock import SystemClock
from worker.supervisor import Member, Supervisor

LONG = "import time; time.sleep(60)"


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def supervised(*programs: str, grace: float = 10.0) -> Supervisor:
    members = [Member(number, python(program), {}) for number, program in enumerate(programs)]
    return Supervisor(members, threading.Event(), SystemClock(), grace)


def running(watched: Supervisor) -> tuple[threading.Thread, list[int]]:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(watched.run()))
    thread.start()
    return thread, codes


def until(reached: Callable[[], object]) -> None:
    for _ in range(3_000):
        if reached():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to that")


def test_when_all_have_ended_in_order_it_ends_so_too() -> None:
    assert supervised("pass", "pass").run() == 0


def test_one_that_may_not_go_on_stops_the_others_and_says_so() -> None:
    watched = supervised("import sys; sys.exit(2)", LONG)
    assert watched.run() == 2
    assert watched.members[1].process is not None
    assert watched.members[1].process.returncode == -signal.SIGTERM


def test_one_that_dies_is_started_again_after_a_pause_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "LAST_PAUSE", 0.04)
    log = tmp_path / "starts"
    watched = supervised(f"open({str(log)!r}, 'a').write('x'); import os; os.kill(os.getpid(), 9)")
    watched.members[0].pause = 0.01
    thread, codes = running(watched)
    until(lambda: log.exists() and len(log.read_text()) >= 4)
    watched.stop.set()
    thread.join()
    assert codes[0] in (0, supervisor.EXIT_HUNG)  # stopped between two starts, or in one
    assert watched.members[0].pause == 0.04


def test_a_stop_is_passed_on_and_waited_for(tmp_path: Path) -> None:
    ready, said = tmp_path / "ready", tmp_path / "said"
    program = (
        "import signal, sys, time\n"
        f"def stop(*_): open({str(said)!r}, 'w').write('stopped'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        f"open({str(ready)!r}, 'w').write('x')\n"
        "time.sleep(60)\n"
    )
    watched = supervised(program)
    thread, codes = running(watched)
    until(ready.exists)
    watched.stop.set()
    thread.join()
    assert codes == [0]
    assert said.read_text() == "stopped"


def test_one_that_does_not_stop_in_time_is_killed_and_told(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"open({str(ready)!r}, 'w').write('x'); time.sleep(60)"
    )
    watched = supervised(program, grace=0.3)
    thread, codes = running(watched)
    until(ready.exists)
    watched.stop.set()
    thread.join()
    assert codes == [supervisor.EXIT_HUNG]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells of a dead parent on Linux only")
def test_no_worker_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    import subprocess

    pids = tmp_path / "pids"
    member = f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    program = (
        "import sys, threading\n"
        "from worker.clock import SystemClock\n"
        "from worker.supervisor import Member, Supervisor\n"
        f"member = [sys.executable, '-c', {member!r}]\n"
        "Supervisor([Member(n, member, {}) for n in range(2)], threading.Event(), SystemClock()).run()\n"
    )
    process = subprocess.Popen(python(program), stderr=subprocess.DEVNULL)
    until(lambda: pids.exists() and pids.read_text().count("\n") == 2)
    process.kill()
    process.wait()
    for pid in map(int, pids.read_text().split()):
        until(lambda pid=pid: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
