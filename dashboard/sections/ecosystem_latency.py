"""A stand-in for the section that draws this view; another branch brings it."""

import streamlit as st


def draw() -> None:
    """Say that it is not here yet."""
    st.markdown("Not built yet.")
