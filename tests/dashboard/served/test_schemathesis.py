"""The API against its own description, asked by schemathesis: whatever may be asked, the answer is one it promises."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from dashboard.served import api
from tests.dashboard.served.conftest import next_client

EXAMPLES = 12
"""Requests a path that follow its description, and as many that break it: under a minute on two processors."""
DESCRIBED = schemathesis.openapi.from_dict(api.made().openapi())
PATHS = {found.ok().path: found.ok() for found in DESCRIBED.get_all_operations() if isinstance(found, Ok)}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_one_that_is_described(path: str, mode: GenerationMode, served_site: str) -> None:
    """Status, type, headers and body are described; what breaks the description is refused; nothing ends in a 500."""

    @given(case=PATHS[path].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def asked(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            for untold in ("cursor", "as_of"):  # only the page before and the calendar say which may be
                case.query.pop(untold, None)
        answer = case.call_and_validate(base_url=f"{served_site}{api.PREFIX}", headers=next_client(), timeout=60)
        assert answer.status_code in (200, 404) if mode is GenerationMode.POSITIVE else answer.status_code < 500

    asked()


def test_the_description_that_is_served_is_the_one_that_was_asked(served_site: str) -> None:
    served: dict[str, Any] = requests.get(f"{served_site}{api.PREFIX}/openapi.json", timeout=60).json()
    assert served["paths"].keys() == PATHS.keys(), "a path that cannot be read is no path that was asked"
    assert served == api.made().openapi()
