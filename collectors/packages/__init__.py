"""Reading packages without importing them: installed ones, and wheels of the index without installing them."""
