"""Capabilities found out by running them: one file a capability, one short function per framework."""
