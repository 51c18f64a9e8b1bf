"""The data page for programs: the API with a request for each kind, the badges with their Markdown, the feed."""

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from catalog.load import Catalog
from dashboard.analysis.shares import PAIR
from dashboard.analysis.signals import share_asked
from dashboard.sections import links
from dashboard.sections.frame import typed
from dashboard.served.api import PREFIX
from dashboard.served.limits import BURST, PER_SECOND
from dashboard.text import plain
from language.words import N_, _

EXAMPLES = {
    "/series?metric=downloads&system=pytorch&since=2024-01-01": N_("figures, as they are stored"),
    "/series?metric=stars&format=csv": N_("the same as CSV, as every list can be had"),
    "/claims?verdict=no+longer+holds": N_("claims with their verdicts"),
    "/capabilities?system=pytorch": N_("probes and what they found"),
    "/results?workload=matmul": N_("measurements"),
    "/comparisons?workload=matmul": N_("ratios with their intervals"),
    "/sources": N_("sources with state, licence and citation"),
    "/systems": N_("systems that are compared"),
    "/metrics": N_("metrics and what they mean"),
    "/jobs": N_("jobs in the queue and done"),
}
"""A request for each kind of list that the API gives."""


def api() -> None:
    """Draw what a program needs to begin: the description, a request a kind, the limit."""
    st.header(_("API"), anchor="api")
    described = f"[{plain(f'{PREFIX}/openapi.json')}](.{PREFIX}/openapi.json)"
    st.markdown(
        _(
            "Every figure of this site can be read by programs: JSON or CSV, read-only, without a key. {described} "
            "(OpenAPI) describes every path, parameter and field. A request for each kind:",
            described=described,
        )
    )
    links_to = {f"[{plain(PREFIX + path)}](.{PREFIX}{path})": said for path, said in EXAMPLES.items()}
    st.markdown("\n".join(f"- {_('{state}: {why}', state=link, why=_(said))}" for link, said in links_to.items()))
    st.caption(
        _(
            "A client may ask {burst} times at once, and {n} times a second for longer; names and texts in the API "
            "are English.",
            burst=BURST,
            n=f"{PER_SECOND:g}",
        )
    )


def badges(catalog: Catalog, stored: pd.DataFrame) -> None:
    """Draw both systems' badges of a signal, each with the Markdown that puts it elsewhere."""
    st.header(_("Badges"), anchor="badges")
    have = set(stored.loc[stored["system"].isin(PAIR), "metric"])
    titles = {slug: _(one.title) for slug, one in catalog.metrics.items() if one.signal and slug in have}
    if not titles:
        st.markdown(_("No signal has figures yet, so there is no badge."))
        return
    st.markdown(_("The share of both in a signal, as a picture for a README; it is drawn anew with the figures."))
    metric = st.selectbox(_("Badge of"), list(titles), format_func=titles.__getitem__, key="data.badge")
    for system in PAIR:
        alt, path = f"{catalog.systems[system].name}: {titles[metric]}", f"/badge/{metric}/{system}.svg"
        st.markdown(f"![{plain(alt)}](.{path})")
        base = links.base()
        shown = f"{base}/adoption?{urlencode(share_asked(metric), doseq=True)}"
        typed([f"[![{alt}]({base}{path})]({shown})"], f"badge-{system}")


def feed() -> None:
    """Draw the way to what changed."""
    st.header(_("Feed"), anchor="feed")
    st.markdown(
        _(
            "{feed} (RSS, in English) tells of new crossovers, of claims whose verdicts changed, and of breaks.",
            feed=f"[{plain('/feed.xml')}](./feed.xml)",
        )
    )
    typed([f"{links.base()}/feed.xml"], "feed")
