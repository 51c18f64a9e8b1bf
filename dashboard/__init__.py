"""HOW figures are seen: the Streamlit site."""
