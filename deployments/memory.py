"""What the stack costs in memory, shared pages counted once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import psutil


def proportional_bytes(home: Path, pids: Mapping[str, int]) -> dict[str, int]:
    """Bytes per service: the PSS of its processes (their RSS where the system has no PSS)."""
    used = {"supervisor": _bytes(psutil.Process(os.getpid()))}
    for name, pid in {**pids, **_postmaster(home)}.items():
        try:
            root = psutil.Process(pid)
            used[name] = sum(_bytes(process) for process in [root, *root.children(recursive=True)])
        except psutil.NoSuchProcess:
            continue
    return used


def _postmaster(home: Path) -> dict[str, int]:
    try:
        pid = (home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
    except (OSError, IndexError):
        return {}
    return {"database": int(pid)}


def _bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0
    size: int = getattr(full, "pss", full.rss)
    return size
