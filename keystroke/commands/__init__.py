"""What `python -m keystroke` does, a module a command, which says what it takes and what came of it."""
