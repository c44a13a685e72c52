"""Health: alive while the main loop ticks, ready when it says so."""

from worker.clock import ManualClock
from worker.health import LIVE_SECONDS, Health


def test_a_new_worker_is_alive_and_not_ready():
    health = Health(ManualClock())
    assert health.live
    assert not health.ready


def test_it_is_alive_until_the_last_tick_is_too_old():
    clock = ManualClock()
    health = Health(clock)
    clock.advance(LIVE_SECONDS - 1)
    assert health.live
    assert health.age() == LIVE_SECONDS - 1
    clock.advance(1)
    assert not health.live


def test_a_tick_makes_it_alive_again():
    clock = ManualClock()
    health = Health(clock)
    clock.advance(10 * LIVE_SECONDS)
    assert not health.live
    health.tick()
    assert health.live
    assert health.age() == 0.0
