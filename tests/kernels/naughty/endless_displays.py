from IPython.display import HTML, clear_output, display

handle = display("first", display_id=True)
while True:
    display(HTML("<b>" + "x" * 10_000))
    handle.update("again")
    clear_output(wait=True)
