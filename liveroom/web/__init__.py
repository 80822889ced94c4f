"""Routes, the socket and error replies: thin."""
