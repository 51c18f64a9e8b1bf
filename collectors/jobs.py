"""The one door for the site, the command line and cron: what may be asked for, and asking for it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.load import load_catalog
from collectors import asked, nodes
from collectors.run_rules import load_rules, load_sign_in
from collectors.visitors import SITE_ADDRESS as SITE_ADDRESS
from collectors.visitors import Standing as Standing
from collectors.visitors import Visitor as Visitor
from collectors.visitors import host_of as host_of
from collectors.visitors import is_loopback as is_loopback
from collectors.visitors import standing as standing
from collectors.visitors import subscriber as subscriber
from db import read, write
from db.engine import Engine, queueing, reading
from db.errors import UnknownName
from db.read import NodeRow
from language.words import N_, _

BENCHMARK = "benchmark"
COLLECTION = "collection"
TASKS = "tasks"
PROBES = "probe"
MOST_RESULTS = 20_000
SITE = "site"
Asking = str | Visitor
"""Who asks: a visitor of the site, who is looked at first, or the operator, by the word that says how he asks."""


def request_benchmark(
    engine: Engine,
    *,
    workloads: Iterable[str],
    variants: Iterable[str] = (),
    size: str | None = None,
    device: str = "cpu",
    preset: str = "matched",
    seconds: float = 40.0,
    cache: str = "hot",
    processes: int = 3,
    threads: int | None = None,
    seed: int | None = None,
    requested_by: Asking,
    key: str | None = None,
    confirms: int | None = None,
) -> int:
    """Queue a benchmark and give its job id; with ``key``, asking twice gives the same job.

    ``seconds`` is the budget of the whole run; ``confirms`` is the run whose step in the history it measures again.
    Raises what `collectors.asked.check` raises (`UnknownName`, `ValueError`), and `JobRefused` when too many jobs wait
    or a visitor may not.
    """
    parameters: dict[str, Any] = {
        "workloads": list(dict.fromkeys(workloads)),
        "variants": list(dict.fromkeys(variants)),
        "size": size,
        "device": device,
        "preset": preset,
        "seconds": float(seconds),
        "cache": cache,
        "processes": processes,
        "threads": threads,
        "seed": seed,
    }
    asked.check(parameters, [node.facts for node in nodes.living(engine)])
    parameters |= {} if confirms is None else {"confirms": confirms}
    return _request(engine, BENCHMARK, parameters, requested_by, key)


def request_collection(
    engine: Engine,
    *,
    sources: Iterable[str] = (),
    due_only: bool = False,
    requested_by: Asking,
    key: str | None = None,
) -> int:
    """Queue a collection and give its job id; no sources means all. Raises `UnknownName`, `JobRefused`."""
    wanted = list(dict.fromkeys(sources))
    _must_know(N_("source"), wanted, _collectable())
    return _request(engine, COLLECTION, {"sources": wanted, "due_only": due_only}, requested_by, key)


def request_tasks(
    engine: Engine,
    *,
    tasks: Iterable[str] = (),
    systems: Iterable[str] = (),
    requested_by: Asking,
    key: str | None = None,
) -> int:
    """Queue the programs of tasks and give the job id; none named means all. Raises `UnknownName`, `JobRefused`."""
    from collectors.tasks.registry import APIS
    from collectors.tasks.registry import TASKS as KNOWN

    parameters = {"tasks": list(dict.fromkeys(tasks)), "systems": list(dict.fromkeys(systems))}
    _must_know(N_("task"), parameters["tasks"], [task.slug for task in KNOWN])
    _must_know(N_("system"), parameters["systems"], [api.slug for api in APIS])
    return _request(engine, TASKS, parameters, requested_by, key)


def task_list() -> list[dict[str, Any]]:
    """Every task with its programs, as they would run now; `collectors.tasks.listing.tasks` says what each entry is."""
    from collectors.tasks import listing

    return listing.tasks()


def request_probes(
    engine: Engine,
    *,
    capabilities: Iterable[str] = (),
    systems: Iterable[str] = (),
    device: str = "cpu",
    requested_by: Asking,
    key: str | None = None,
) -> int:
    """Queue a run of probes and give its job id; none named means all, of capabilities as of systems.

    Raises what `collectors.asked_probes.check` raises (a `ValueError` each), and `JobRefused`.
    """
    from collectors import asked_probes

    parameters: dict[str, Any] = {
        "capabilities": list(dict.fromkeys(capabilities)),
        "systems": list(dict.fromkeys(systems)),
        "device": device,
    }
    asked_probes.check(parameters)
    return _request(engine, PROBES, parameters, requested_by, key)


def cancel(engine: Engine, job_id: int, by: Visitor | None = None) -> bool:
    """Cancel a queued job, or ask a running one to stop; False if it had ended already.

    A visitor ends his own alone, the operator any. Raises `JobRefused` for another's.
    """
    from collectors import permits

    asker = permits.canceller(by) if by is not None else None
    with queueing(engine) as session:
        return write.cancel_job(session, job_id, asker=asker)


def may_cancel(stands: Standing, asker: str | None) -> bool:
    """Whether somebody may cancel a job, told the key of who asked for it."""
    from collectors import permits

    return permits.may_cancel(stands, asker)


def left(engine: Engine, stands: Standing) -> str:
    """Say what somebody may still ask for today; nothing where no quota holds for him."""
    from collectors import permits

    return "" if stands.operator or stands.asker is None else permits.left(engine, stands.asker)


def sign_in_section(public_url: str) -> dict[str, Any]:
    """What Streamlit needs for ``st.login``, by the settings; empty without sign-in.

    Raises `SettingsError` where these, or those of who may run, cannot be used.
    """
    load_rules()
    return load_sign_in().section(public_url)


def workload_list() -> list[dict[str, Any]]:
    """What can be measured, as ``bench workloads --json`` prints it; FLOP and bytes are of one call."""
    from collectors.bench import listing

    return listing.workloads()


def variant_list(*, device: str = "cpu") -> list[dict[str, Any]]:
    """The frameworks and modes and whether they run here, as ``bench variants --json`` prints it."""
    from collectors.bench import listing

    return listing.variants(device=device)


def device_list() -> list[dict[str, Any]]:
    """What can be measured on here: ``{device, name, memory_bytes, memory_free, available, why_not}`` each."""
    from collectors.bench import listing

    return listing.devices()


def node_list(engine: Engine) -> list[NodeRow]:
    """The nodes that workers reach now, as each told of itself."""
    return nodes.living(engine)


def node_devices(there: Sequence[NodeRow]) -> list[dict[str, Any]]:
    """Every device of those nodes and what is measured on it, as ``devices --json`` prints it."""
    return nodes.devices(there)


def busy_here(engine: Engine, local: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The devices of `device_list` in the form of `node_devices`."""
    return nodes.here(engine, local)


def offered_devices(local: Sequence[dict[str, Any]], there: Sequence[NodeRow]) -> list[dict[str, Any]]:
    """What a benchmark may ask for: the devices of `device_list`, and what those nodes add."""
    return nodes.offered(local, there)


def offered_variants(
    local: Sequence[dict[str, Any]], there: Sequence[NodeRow], device: str = "cpu"
) -> list[dict[str, Any]]:
    """The rows of `variant_list`, each available where this machine or one of those nodes can run it."""
    return nodes.variants(local, there, device)


def capability_list() -> list[dict[str, Any]]:
    """What can be probed, in the order of the registry; `collectors.asked_probes` says what each entry means."""
    from collectors import asked_probes

    return asked_probes.capabilities()


def probe_command(capability: str = "", system: str = "", device: str = "cpu", interpreter: str = "") -> str:
    """The exact command line that probes again; ``interpreter`` is the setting that a result was measured with."""
    from collectors import asked_probes

    return asked_probes.command(capability, system, device, interpreter)


def bench_cost(
    engine: Engine,
    workloads: Iterable[str],
    variants: Iterable[str] = (),
    size: str | None = None,
    device: str = "cpu",
    seconds: float = 40.0,
    processes: int = 3,
) -> dict[str, Any]:
    """What a benchmark will cost, before it is asked for; `collectors.cost.Cost` says what each entry means."""
    from collectors.cost import bench_cost

    return bench_cost(engine, list(workloads), list(variants), size, device, seconds, processes)._asdict()


def repeat_command(parameters: Mapping[str, Any]) -> str:
    """The exact command line that repeats a run, from its parameters or from `run_parameters` of its document."""
    return asked.repeat_command(parameters)


def run_parameters(document: Mapping[str, Any]) -> dict[str, Any]:
    """What would ask for a run again, as far as its document tells."""
    return asked.run_parameters(document)


def repeat_of(engine: Engine, run: int, workload: str = "", size: str = "") -> str:
    """The command line that repeats a stored run with every option of it, or one workload and size; empty without it.

    One workload of several gets its even share of the run's seconds.
    """
    with reading(engine) as session:
        document = read.bench_document(session, run)
    if document is None:
        return ""
    parameters = asked.run_parameters(document)
    return asked.repeat_command(asked.one_of(parameters, workload, size) if workload else parameters)


def run_document(engine: Engine, run: int) -> dict[str, Any] | None:
    """The whole document of a stored run, samples and code included, as ``bench export`` writes it; None without it."""
    from collectors.bench.document import FORMAT, KIND

    with reading(engine) as session:
        document = read.bench_document(session, run, samples=True)
    return None if document is None else {"kind": KIND, "format": FORMAT} | document


def bench_history(engine: Engine, *, workload: str | None = None) -> list[dict[str, Any]]:
    """Results of finished runs, newest first, as ``bench history --json`` prints them: each with its key and step."""
    from collectors.bench.history import history

    with reading(engine) as session:
        heads = read.bench_conditions(session, workload=workload)
        results = read.bench_results(session, workload=workload, limit=MOST_RESULTS)
    return history([row for row in results if row["run"] in heads], heads)


def must_be_workload(name: str) -> None:
    """Raise `UnknownName`, which offers the nearest, where there is no such workload."""
    asked.must_be_workload(name)


def source_list(engine: Engine) -> list[dict[str, Any]]:
    """Every source with its state and cost, as ``sources --json`` prints it."""
    from collectors.states import source_list

    with reading(engine) as session:
        held: dict[str, int] = {}
        for row in read.doubts(session, states=("open",)):
            held[row.source] = held.get(row.source, 0) + 1
        seen = read.source_states(session, load_catalog().systems)
        return source_list(seen, newest=read.newest_periods(session), held=held)


def _request(engine: Engine, kind: str, parameters: dict[str, Any], requested_by: Asking, key: str | None) -> int:
    permit = None
    if isinstance(requested_by, Visitor):
        from collectors import permits

        permit, requested_by = permits.permit(engine, requested_by, kind, parameters), SITE
    with queueing(engine) as session:
        return write.request_job(
            session, kind=kind, parameters=parameters, requested_by=requested_by, key=key, permit=permit
        )


def _must_know(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            said = _("There is no {what} {name}; there is {known}.")
            raise UnknownName(said.format(what=_(what), name=repr(name), known=", ".join(sorted(known))))


def _collectable() -> tuple[str, ...]:
    from collectors.sources import SOURCES

    return tuple(source.name for source in SOURCES)
