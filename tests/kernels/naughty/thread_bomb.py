import threading

release = threading.Event()
threads = []
try:
    for _ in range(400):
        thread = threading.Thread(target=release.wait, daemon=True)
        thread.start()
        threads.append(thread)
except RuntimeError:
    pass
release.set()
print("contained" if len(threads) < 64 else f"made {len(threads)} threads")
