"""One file a page, reading like a table of contents."""
