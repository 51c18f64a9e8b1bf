"""The bundled figures: one CSV and one TOML for each origin, and what reads them."""
