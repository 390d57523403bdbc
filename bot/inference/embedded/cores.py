"""How many threads inference may use."""

import os
import re
from pathlib import Path


def usable_cores(cpuinfo: Path = Path("/proc/cpuinfo"), quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Physical cores, at most those that this process may run on and what a container's quota allows."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _physical(cpuinfo) or allowed, _quota(quota) or allowed))


def generation_threads(cores: int) -> int:
    """All but one: every thread waits for the slowest at each layer, so one busy core would stall them all."""
    return max(1, cores - 1)


def _physical(cpuinfo: Path) -> int:
    try:
        text = cpuinfo.read_text()
    except OSError:
        return 0
    packages = re.findall(r"^physical id\s*:\s*(\d+)", text, re.MULTILINE)
    cores = re.findall(r"^core id\s*:\s*(\d+)", text, re.MULTILINE)
    return len(set(zip(packages, cores, strict=False)))


def _quota(file: Path) -> int:
    try:
        limit, period = file.read_text().split()
        return max(1, int(limit) // int(period))
    except (OSError, ValueError):
        return 0  # no quota ("max"), or no cgroup v2
