"""Files of typing, read as key events: timelines, and tables as research publishes them."""
