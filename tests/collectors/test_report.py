"""What a run amounts to, from the counts of its items."""

from collectors.report import Tally
from db.records import Written


def test_a_run_that_read_everything_but_lacks_parts_is_partial_and_names_them() -> None:
    tally = Tally(planned=1)
    tally.done(Written(new=3), Written(), unchanged=False)
    assert tally.outcome() == "ok"
    tally.lack({"somebody/gone": "there is no such repository"})
    assert tally.outcome() == "partial"
    assert "somebody/gone: there is no such repository" in tally.message()


def test_what_is_worth_saying_is_said_once_and_is_no_fault() -> None:
    tally = Tally(planned=1)
    tally.done(Written(new=3), Written(), unchanged=False)
    tally.note(("a/b is called c/d now", "a/b is called c/d now"))
    tally.note(("a/b is called c/d now",))
    assert tally.outcome() == "ok"
    assert tally.message().count("a/b is called c/d now") == 1
