"""The page that says where each point of a comparison is answered: it names what exists, and leaves none out."""

import re
from pathlib import Path

from catalog.load import load_catalog
from collectors.bench.registry import WORKLOADS
from collectors.probes.registry import PROBES
from collectors.tasks.registry import APIS, TASKS

RUN = {probe.slug for probe in PROBES} | {task.slug for task in TASKS}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "axes.md"


def named() -> set[str]:
    return set(re.findall(r"`([a-z0-9_.]+)`", PAGE.read_text(encoding="utf-8")))


def test_every_name_is_one_of_a_probe_a_task_a_workload_or_a_figure() -> None:
    figures = set(load_catalog().metrics)
    known = RUN | {workload.slug for workload in WORKLOADS} | {api.slug for api in APIS} | figures
    assert named() <= known


def test_every_probe_and_every_task_stands_at_a_point() -> None:
    assert named() >= RUN
