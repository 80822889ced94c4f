"""The server: rooms, their timeline, and the pages that show them."""
