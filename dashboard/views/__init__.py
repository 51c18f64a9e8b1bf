"""One file a page, reading like a table of contents.

Not called "pages": Streamlit takes a folder of that name beside the main script for its older kind of multipage app,
and the first visitor of a fresh server would get a page without the frame of app.py around it.
"""
