"""What keeps a silently wrong value out of a chart: rules that doubt it, and what settles a doubt."""
