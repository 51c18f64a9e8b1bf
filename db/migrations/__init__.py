"""The revisions of the store, oldest first; each has its file in versions/."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0009", "0010", "0011", "0012")
