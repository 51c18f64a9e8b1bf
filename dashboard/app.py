"""The site's entry: its name, its look and its navigation; the pages do the rest."""

from pathlib import Path

import streamlit as st

from dashboard.sections.frame import told

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Framescope", page_icon=str(STATIC / "icon.svg"), layout="wide")
if not st.context.is_embedded:
    st.logo(str(STATIC / "logo.svg"), size="large")
page = st.navigation(
    [
        st.Page("views/overview.py", title="Overview", default=True),
        st.Page("views/adoption.py", title="Adoption", url_path="adoption"),
        st.Page("views/capabilities.py", title="Capabilities", url_path="capabilities"),
        st.Page("views/speed.py", title="Speed", url_path="speed"),
        st.Page("views/code.py", title="Code", url_path="code"),
        st.Page("views/ecosystem.py", title="Ecosystem", url_path="ecosystem"),
        st.Page("views/claims.py", title="Claims", url_path="claims"),
        st.Page("views/choose.py", title="Choose", url_path="choose"),
        st.Page("views/data.py", title="Data", url_path="data"),
    ],
    position="hidden" if st.context.is_embedded else "top",
)
with told():
    page.run()
