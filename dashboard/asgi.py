"""The site as one process serves it: the pages, and around them API, badges, feed, health, metrics, compressed files.

``framescope serve`` starts this; `streamlit run dashboard/app.py` still shows the pages alone.
"""

from pathlib import Path

from streamlit.starlette import App

from collectors.jobs import sign_in_section
from dashboard.served.address import public
from dashboard.served.around import MIDDLEWARE, ROUTES, lifespan

app = App(
    Path(__file__).with_name("app.py"),
    secrets=sign_in_section(public()) or None,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
)
