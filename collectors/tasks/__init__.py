"""Tasks side by side: the same small piece of work written in each framework's own way, shown and run."""
