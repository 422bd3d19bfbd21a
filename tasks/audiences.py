"""Audiences are brought to what they should be: one pass over one audience a task."""

from __future__ import annotations

from collections.abc import Sequence

from adflux_core.audiences import sending
from adflux_core.audiences.sending import AudienceState
from tasks.kinds import external_call, transaction
from tasks.showing import show_table


@transaction("list audiences")
def list_audiences() -> list[int]:
    return sending.list_audiences()


@external_call("sync audience", "sync audience {audience_id}")
def sync_audience(audience_id: int) -> AudienceState:
    return sending.sync_audience(audience_id)


@transaction("show uploads")
def show_uploads(states: Sequence[AudienceState]) -> None:
    """The receipts of what was sent, where anything was."""
    sent = [
        {"audience": state.audience_id, **upload.model_dump()} for state in states for upload in state.uploads
    ]
    if sent:
        show_table("audience-uploads", "Hashes sent to audiences, and what was said of them", sent)
