"""Every control of every page, driven in a real browser."""
