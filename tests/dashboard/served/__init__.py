"""Tests of what is served beside the pages, against the real process on the loopback."""
