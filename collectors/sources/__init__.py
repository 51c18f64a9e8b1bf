"""One file a source: fetch(http, …) gives receipts, parse(receipt) gives records."""
