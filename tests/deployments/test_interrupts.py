"""A signal is never lost, and never splits what must happen whole."""

from __future__ import annotations

import os
import signal

import pytest

from deployments.interrupts import SIGNALS, Interrupts


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_block(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    interrupts = Interrupts()
    with pytest.raises(SystemExit) as ended, interrupts.listening():
        os.kill(os.getpid(), number)
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) == before


def test_who_was_started_with_nohup_outlives_the_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts().listening():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_inside_undisturbed_it_waits_for_the_end() -> None:
    interrupts = Interrupts()
    done = []

    def work() -> None:
        with interrupts.listening(), interrupts.undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("whole")

    with pytest.raises(SystemExit):
        work()
    assert done == ["whole"]


def test_while_stopping_it_is_ignored() -> None:
    interrupts = Interrupts()
    with interrupts.listening():
        interrupts.closed = True
        os.kill(os.getpid(), signal.SIGINT)
        with interrupts.undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)


def test_nohup_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "getsignal", lambda _number: signal.SIG_IGN)
    set_to = []
    monkeypatch.setattr(signal, "signal", lambda number, _handler: set_to.append(number))
    with Interrupts().listening():
        assert set_to == [signal.SIGINT, signal.SIGTERM]
