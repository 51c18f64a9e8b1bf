"""A mode that goes by Dynamo: a check that passes without a graph shows nothing of it, and is an error of ours."""

from collections.abc import Iterator

import pytest

from collectors.probes import session
from collectors.probes.modes import compiled_by_dynamo
from collectors.probes.session import NothingCompiled
from collectors.probes.targets import TARGETS


def test_the_modes_that_go_by_dynamo_are_those_of_torch_that_compile() -> None:
    found = {
        (target.slug, mode)
        for target in TARGETS
        for mode in (*target.modes, "any")
        if compiled_by_dynamo(target.framework, target.backend, mode)
    }
    assert found == {("pytorch", "compile"), ("keras.torch", "compiled")}


def test_a_check_for_which_nothing_was_compiled_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Iterator[int] = iter((3, 3))
    monkeypatch.setattr(session, "graphs", lambda: next(counts))
    with pytest.raises(NothingCompiled, match="Python ran the function"):
        session._by_dynamo(lambda: {"found": 1})


def test_a_check_for_which_a_graph_was_made_passes_with_its_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: Iterator[int] = iter((3, 4))
    monkeypatch.setattr(session, "graphs", lambda: next(counts))
    assert session._by_dynamo(lambda: {"found": 1}) == {"found": 1}


@pytest.mark.frameworks
def test_past_eight_compilations_of_one_function_dynamo_would_go_on_in_python_and_is_made_to_forget() -> None:
    torch = pytest.importorskip("torch")
    from collectors.probes.modes import forget, graphs

    def scaled(by: float) -> int:
        before = graphs()
        torch.compile(lambda x: x * by, backend="eager", dynamic=False)(torch.ones(2))
        return graphs() - before

    torch._dynamo.reset()
    made = [scaled(float(by)) for by in range(2, 14)]
    assert 0 in made, made
    forget()
    assert scaled(99.0) == 1
