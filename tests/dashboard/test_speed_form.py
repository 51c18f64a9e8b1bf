"""The Speed page's form: quick choices, cost and refusal before Run, and all of it in the address bar."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from collectors import jobs
from collectors.bench import listing, machine
from dashboard.sections import speed_form
from db import read
from db.engine import open_database, reading
from tests.dashboard.conftest import Opened, measured
from tests.dashboard.test_views import asked, words

OFFERED = {
    "workloads": ["matmul", "lstm", "gru"],
    "variants": ["numpy", "torch.eager"],
    "size": ["default", "tiny", "small"],
    "device": ["cpu", "cuda:0"],
}


def queued() -> list[read.JobRow]:
    engine = open_database()
    with reading(engine) as session:
        found = read.jobs(session)
    engine.dispose()
    return found


def state(app: AppTest, field: str) -> Any:
    return app.session_state[speed_form.key(field)]


def is_open(app: AppTest) -> bool:
    (found,) = [one for one in app.expander if one.label == "Measure here"]
    return bool(found.proto.expanded)


def test_the_form_stands_open_only_for_who_came_to_measure(site: Opened, new_home: Path) -> None:
    app = site("speed")
    assert is_open(app), "nothing is measured yet"
    measured(new_home)
    assert is_open(app.run()), "what is open stays so when the first result comes"
    app = site("speed")
    assert not is_open(app)
    app.number_input(speed_form.key("seconds")).set_value(90).run()
    assert not is_open(app), "the visitor's browser knows that it is open: to be told otherwise would shut it"
    assert asked(app, "seconds") == ["90"]
    assert is_open(site("speed", **speed_form.TO_THE_FORM))
    assert is_open(site("speed", seconds="90"))
    assert not is_open(site("speed", workload="lstm", run="all")), "a link to results"


def test_overview_leads_to_the_open_form(site: Opened, new_home: Path) -> None:
    measured(new_home)
    (link,) = [one for one in site("overview").get("page_link") if one.proto.label == "Measure here"]
    assert link.proto.query_string == "form=open"


def test_an_address_fills_the_form() -> None:
    given = {
        "workloads": ["gru,lstm"], "variants": ["numpy", "torch.eager"], "size": ["tiny"], "device": ["cuda:0"],
        "preset": ["defaults"], "cache": ["cold"], "processes": ["2"], "seconds": ["90"],
    }  # fmt: skip
    values, hints = speed_form.read(given, OFFERED)
    assert hints == []
    assert values == {
        "workloads": ["gru", "lstm"], "variants": ["numpy", "torch.eager"], "size": "tiny", "device": "cuda:0",
        "preset": "defaults", "cache": "cold", "processes": 2, "seconds": 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("workloads", "lstmm", "Did you mean lstm?"),
        ("variants", "torch.eagr", "Did you mean torch.eager?"),
        ("size", "smal", "Did you mean small?"),
        ("device", "cuda:7", "no device called 'cuda:7'"),
        ("preset", "fastest", "no preset called"),
        ("cache", "<b>", "no cache called"),
        ("processes", "0", "no number of processes from 1 to 10"),
        ("seconds", "99999999999999999999", "no number of seconds from 2 to 1800"),
        ("seconds", "٣٤", "no number of seconds"),
        ("seconds", "-5", "no number of seconds"),
    ],
)
def test_what_an_address_asks_for_in_vain_is_left_out_with_a_hint(field: str, value: str, hint: str) -> None:
    values, hints = speed_form.read({field: [value]}, OFFERED)
    assert values == speed_form.usual(OFFERED["workloads"])
    assert len(hints) == 1
    assert hint in hints[0]


def test_a_link_fills_the_form_and_a_choice_makes_a_link(site: Opened, new_home: Path) -> None:
    app = site("speed", workloads="gru,nonesuch", measure_size="tiny", seconds="20", run="all")
    assert (state(app, "workloads"), state(app, "size"), state(app, "seconds")) == (["gru"], "tiny", 20)
    assert "no workload called 'nonesuch'" in words(app)
    assert asked(app, "workloads") == ["gru,nonesuch"], "the hint is about what stands there"
    app.number_input(speed_form.key("seconds")).set_value(30).run()
    assert "nonesuch" not in words(app)
    assert (asked(app, "workloads"), asked(app, "seconds")) == (["gru"], ["30"])
    assert asked(app, "run") == ["all"], "what others keep in the address stays"
    app.number_input(speed_form.key("seconds")).set_value(40).run()
    assert "seconds" not in app.query_params, "a default is left out"


def test_a_quick_choice_fills_the_form(site: Opened, new_home: Path) -> None:
    app = site("speed")
    app.button("speed-quick-Recurrent networks").click().run()
    assert state(app, "workloads") == ["lstm", "gru", "lstm_train_step", "ragged_lstm"]
    assert state(app, "seconds") == 120
    assert "120" in asked(app, "seconds")
    app.button("speed-quick-Everything, small").click().run()
    assert set(state(app, "workloads")) == {entry["workload"] for entry in jobs.workload_list()}
    assert (state(app, "size"), state(app, "seconds")) == ("small", 1_800)


def test_every_quick_choice_names_workloads_there_are() -> None:
    known = {entry["workload"] for entry in jobs.workload_list()}
    for names, seconds in speed_form.QUICK.values():
        assert set(names) <= known
        assert speed_form.SECONDS[0] <= seconds <= speed_form.SECONDS[1]


def test_run_asks_for_exactly_what_the_form_holds(site: Opened, new_home: Path) -> None:
    app = site(
        "speed", workloads="lstm", variants="numpy", measure_size="tiny", cache="cold", processes="2", seconds="10"
    )
    app.button("speed.run").click().run()
    (job,) = queued()
    assert asked(app, "job") == [str(job.job)]
    held = {name: job.parameters[name] for name in ("workloads", "variants", "size", "device", "cache", "processes")}
    assert held == {
        "workloads": ["lstm"], "variants": ["numpy"], "size": "tiny", "device": "cpu", "cache": "cold", "processes": 2,
    }  # fmt: skip
    assert job.parameters["seconds"] == 10.0


def test_the_cost_is_said_before_and_follows_the_choice(site: Opened, new_home: Path) -> None:
    app = site("speed", workloads="lstm", variants="numpy", seconds="100")
    assert "1 min 40 s of measuring" in words(app)
    app.number_input(speed_form.key("seconds")).set_value(20).run()
    assert "20 s of measuring" in words(app)
    app.multiselect(speed_form.key("workloads")).set_value([]).run()
    assert "Choose at least one workload" in words(app)
    assert app.button("speed.run").disabled


def test_what_does_not_fit_is_refused_before_run(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_free", lambda: 1_000_000)
    app = site("speed", workloads="lstm", variants="numpy")
    assert "This cannot run" in words(app)
    assert "needs about" in words(app)
    assert app.button("speed.run").disabled


def test_a_variant_that_is_not_here_is_named_with_the_reason(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = listing.variants

    def without(*_: object, **more: Any) -> list[dict[str, Any]]:
        return [
            row | ({"available": False, "why_not": "no <b>JAX</b> here"} if row["variant"] == "jax.jit" else {})
            for row in real(**more)
        ]

    monkeypatch.setattr(listing, "variants", without)
    app = site("speed", variants="jax.jit")
    assert "jax.jit (not here)" in app.multiselect(speed_form.key("variants")).options
    assert "no <b>JAX</b> here" in words(app)
    assert "None of the chosen variants can run here" in words(app)
    assert app.button("speed.run").disabled


def test_frameworks_are_looked_for_once_and_not_at_every_click(
    site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    real = listing.variants

    def counted(*given: Any, **more: Any) -> list[dict[str, Any]]:
        looked.append(more)
        return real(*given, **more)

    monkeypatch.setattr(listing, "variants", counted)
    app = site("speed")
    before = len(looked)
    for seconds in (20, 30, 50):
        app.number_input(speed_form.key("seconds")).set_value(seconds).run()
    assert len(looked) == before
