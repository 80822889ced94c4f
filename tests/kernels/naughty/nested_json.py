from IPython.display import display

nested = {"a": 1}
for _ in range(200):
    nested = {"a": [nested]}
for kind in ("application/json", "application/vnd.vegalite.v5+json", "text/html"):
    try:
        display({kind: nested}, raw=True)
    except (RecursionError, TypeError):
        pass
display({str(number): "x" for number in range(50_000)}, raw=True)
display({"text/plain": "x"}, raw=True, metadata={"a": nested})
print("went on")
