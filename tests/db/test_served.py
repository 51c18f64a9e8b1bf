"""What the API reads: pages along the clustered key, a stamp that follows the store, the state of the queue."""

from datetime import date

from db import read, write
from db.engine import Engine, reading, writing
from db.records import ASKER
from tests.db.made import DAY, put, receipt, spell

FIRST = date(2026, 1, 1)


def begun(engine: Engine) -> int:
    with writing(engine) as session:
        return write.start_run(session, kind="collection", source="clickpy")


def stamp(engine: Engine) -> str:
    with reading(engine) as session:
        return read.store_stamp(session)


def test_pages_follow_one_another_across_series_and_end(engine: Engine) -> None:
    run = begun(engine)
    put(engine, run, spell(FIRST, 5), receipt=receipt(engine, run))
    put(engine, run, spell(FIRST, 4, system="jax"))
    seen, after, pages = [], None, 0
    with reading(engine) as session:
        while pages == 0 or after is not None:
            rows, after = read.observation_page(session, metrics=["downloads"], after=after, limit=3)
            seen += [(row.system, row.period_start, url) for row, url in rows]
            pages += 1
    assert pages == 3
    address = "https://example.org/a"
    assert seen == [("pytorch", FIRST + n * DAY, address) for n in range(5)] + [
        ("jax", FIRST + n * DAY, None) for n in range(4)
    ]


def test_a_page_keeps_to_its_days_and_names(engine: Engine) -> None:
    put(engine, begun(engine), [*spell(FIRST, 5), *spell(FIRST, 5, system="jax")])
    with reading(engine) as session:
        since, until = FIRST + DAY, FIRST + 3 * DAY
        rows, after = read.observation_page(session, systems=["jax"], since=since, until=until, limit=2)
    assert [(row.system, row.period_start) for row, _ in rows] == [("jax", since), ("jax", since + DAY)]
    assert after is None


def test_the_stamp_changes_with_runs_and_not_with_the_queue(engine: Engine) -> None:
    stamps = [stamp(engine)]
    run = begun(engine)
    stamps.append(stamp(engine))
    for _ in range(10):
        begun(engine)
    stamps.append(stamp(engine))
    with writing(engine) as session:
        write.finish_run(session, run, status="ok", new=1)
    stamps.append(stamp(engine))
    assert len(set(stamps)) == 4, "a run that ends after ten others began is seen too"
    with writing(engine) as session:
        write.request_job(session, kind="benchmark", parameters={}, requested_by="test", key=None)
    assert stamp(engine) == stamps[-1]


def test_the_queue_tells_of_workers_and_not_of_commands_that_help_themselves(engine: Engine) -> None:
    with writing(engine) as session:
        for _ in range(3):
            write.request_job(session, kind="benchmark", parameters={}, requested_by="test", key=None)
        write.claim_job(session, f"{ASKER}host:1")
    with reading(engine) as session:
        state = read.queue_state(session)
    assert (state.counts, state.taken) == ({("benchmark", "queued"): 2, ("benchmark", "running"): 1}, None)
    assert state.oldest_queued is not None
    with writing(engine) as session:
        write.claim_job(session, "host:2")
    with reading(engine) as session:
        state = read.queue_state(session)
    assert state.taken is not None
    assert state.lease_until is not None
