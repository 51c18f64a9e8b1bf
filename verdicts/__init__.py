"""What published claims come to: rules over what the store and the catalogue hold, and their verdicts."""
