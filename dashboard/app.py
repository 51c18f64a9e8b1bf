"""The site's entry: its name, its look and its navigation; the pages do the rest."""

from pathlib import Path

import streamlit as st

from dashboard import data, languages
from dashboard.sections import made
from dashboard.sections.first_sight import drawn_when_seen
from dashboard.sections.frame import embedded, told
from dashboard.turns import TURNS
from language.words import _

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_icon=str(STATIC / "icon.svg"), layout="wide")
data.begin()
languages.settle()
if not embedded():
    st.logo(str(STATIC / "logo.svg"), size="large")
page = st.navigation(
    [
        st.Page("views/overview.py", title=_("Overview"), default=True),
        st.Page("views/adoption.py", title=_("Adoption"), url_path="adoption"),
        st.Page("views/capabilities.py", title=_("Capabilities"), url_path="capabilities"),
        st.Page("views/speed.py", title=_("Speed"), url_path="speed"),
        st.Page("views/code.py", title=_("Code"), url_path="code"),
        st.Page("views/ecosystem.py", title=_("Ecosystem"), url_path="ecosystem"),
        st.Page("views/claims.py", title=_("Claims"), url_path="claims"),
        st.Page("views/choose.py", title=_("Choose"), url_path="choose"),
        st.Page("views/data.py", title=_("Data"), url_path="data"),
    ],
    position="hidden" if embedded() else "top",
)
st.set_page_config(page_title=f"{page.title} · Framescope" if page.url_path else "Framescope")  # as in the page's head
others = st.container(key="languages")  # before the page for the keyboard; filled after it, when the address is written
with drawn_when_seen():
    with told(), TURNS.turn():
        languages.refused()
        page.run()
        made.foot()
    if not embedded():
        languages.switch(page.url_path, others)
