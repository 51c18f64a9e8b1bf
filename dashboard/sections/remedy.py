"""What fetches a metric: the sources that can, those that are asked before those that are fed by hand."""

from __future__ import annotations

from typing import Any

from catalog.models import Metric
from dashboard import data


def sources_of(metric: Metric) -> list[dict[str, Any]]:
    """The sources that are built in and tell this metric, best first."""
    can = [entry for entry in data.sources() if entry["source"] in metric.sources]
    return sorted(can, key=lambda entry: (bool(entry.get("imported")), entry["state"] == "disabled"))


def command(entry: dict[str, Any]) -> str:
    """What to type so that a source brings its figures."""
    return f"framescope {str(entry.get('command') or 'import FILE').partition(',')[0]}"  # untranslated: typed
