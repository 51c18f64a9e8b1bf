"""One file a capability, one short function per framework."""
