"""What each command does, one module a family; imported only when the command runs."""
