"""Alerts: one place that says what needs a person, once an hour at most, until somebody takes it on.

`watching.watch` is the whole of it. It runs outside the scheduler, since that is one of the things that die.
"""
