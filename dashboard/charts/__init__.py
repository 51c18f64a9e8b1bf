"""Pure functions from frames to figures: Plotly for charts, small SVG pictures for lines of a table."""
