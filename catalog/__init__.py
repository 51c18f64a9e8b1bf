"""WHAT is tracked, as data: systems, metrics, claims, milestones, breaks and the bundled figures."""
