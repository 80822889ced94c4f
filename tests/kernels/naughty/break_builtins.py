import builtins

for name in ("print", "len", "isinstance", "getattr", "Exception", "dict", "__import__", "__build_class__"):
    setattr(builtins, name, None)
