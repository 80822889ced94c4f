from IPython.display import HTML, display

display(HTML("x" * 50_000_000))
print("went on")
