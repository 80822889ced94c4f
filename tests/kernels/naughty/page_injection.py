# What would harm a page that shows it as it comes: script, frames, forms, links, escapes of a terminal, a false error.
from IPython.display import display

SCRIPT = (
    "<script>document.title='canary'</script><img src=x onerror=\"document.title='canary'\"><iframe src=//x>"
)
ESCAPES = "\x1b]0;canary\x07\x1b]8;;javascript:1\x07link\x1b]8;;\x07\x1b[2J\x1b[31mred"
KINDS = ("text/html", "text/markdown", "image/svg+xml", "application/javascript", "text/x-evil", "text/latex")
for kind in KINDS:
    display({kind: SCRIPT, "text/plain": ESCAPES}, raw=True)
display({"image/png": SCRIPT, "image/jpeg": SCRIPT, "image/gif": "javascript:1"}, raw=True)
print(ESCAPES + SCRIPT)


class Strange(Exception):
    pass


Strange.__name__ = SCRIPT
raise Strange(SCRIPT + ESCAPES)
