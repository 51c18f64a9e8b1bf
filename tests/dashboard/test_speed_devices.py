"""What the Speed page tells of devices: here, on nodes, busy, and not to be used; text of nodes stays text."""

from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.format import UNKNOWN
from dashboard.sections.speed_devices import rows, summary
from db import write
from db.engine import open_database, writing
from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import words

CPU = {"device": "cpu", "name": "A <b>bold</b> processor", "memory_bytes": 8 * 10**9, "available": True}
GPU = {"device": "cuda:0", "name": "A GPU", "memory_bytes": 80 * 10**9, "available": True}


def reached(*nodes: dict[str, Any]) -> None:
    engine = open_database()
    with writing(engine) as session:
        write.cluster_nodes(session, "w", nodes)
    engine.dispose()


def node(name: str, busy: dict[str, int] | None = None) -> dict[str, Any]:
    variants = {kind: [{"variant": "torch.eager", "available": True, "why_not": None}] for kind in ("cpu", "cuda")}
    facts = {"machine": {"processors": 8}, "devices": [CPU, GPU], "variants": variants}
    return {"node": f"id of {name}", "name": name, "facts": facts, "busy": busy or {}}


def expander(app: AppTest) -> Any:
    (found,) = [one for one in app.expander if "to measure on" in one.label.replace("\\", "")]
    return found


def devices(app: AppTest) -> pd.DataFrame:
    return pd.DataFrame(expander(app).dataframe[0].value)


def test_without_a_cluster_the_devices_of_this_machine_are_listed(site: Opened, new_home: Path) -> None:
    app = site("speed")
    assert "to measure on here; none busy" in expander(app).label.replace("\\", "")
    assert set(devices(app)["where"]) == {"this machine"}
    assert devices(app)["device"].iloc[0] == "cpu"


def test_nodes_are_listed_with_what_they_measure_and_offered_to_the_form(site: Opened, new_home: Path) -> None:
    reached(node("lab *one*", {"cuda:0": 12}), node("lab two"))
    app = site("speed", measure_device="cuda")
    label = expander(app).label.replace("\\", "")
    assert label.endswith("to measure on, two nodes included; one busy")
    found = devices(app)
    of_one = found[found["where"] == "lab *one*"].set_index("device")
    assert (of_one.loc["cuda:0", "state"], of_one.loc["cpu", "state"]) == ("… job 12", "✓ free")
    assert of_one.loc["cpu", "name"] == "A <b>bold</b> processor"
    (device,) = [box for box in app.selectbox if box.label == "Device"]
    assert device.value == "cuda"
    assert "torch.eager (not here)" not in [option for box in app.multiselect for option in box.options]
    assert "This cannot run" not in words(app)
    (run,) = [button for button in app.button if button.key == "speed.run"]
    run.click().run()
    assert not app.exception
    (job,) = data.measuring()
    assert job.parameters["device"] == "cuda"


def test_what_is_not_known_is_a_dash_and_what_cannot_be_used_says_why() -> None:
    listed: list[dict[str, Any]] = [
        {**CPU, "node": None, "busy_with": None},
        {"device": None, "name": None, "memory_bytes": None, "node": "a", "available": False, "why_not": "no NumPy"}
        | {"busy_with": None},
        {**GPU, "node": "b", "busy_with": 3},
    ]
    assert [row["state"] for row in rows(listed)] == ["✓ free", "✕ not to be used", "… job 3"]
    assert [row["why not"] for row in rows(listed)] == ["", "no NumPy", ""]
    assert (rows(listed)[1]["device"], rows(listed)[1]["memory"]) == (UNKNOWN, UNKNOWN)
    assert rows(listed)[2]["memory"].replace("\u00a0", " ") == "74.5 GiB"
    assert summary(listed) == "Two devices to measure on, two nodes included; one busy"
