"""What the site's process serves beside its pages: API, badges, feed, health, metrics, and its files compressed."""
