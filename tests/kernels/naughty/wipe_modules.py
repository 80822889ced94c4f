import sys

sys.modules.clear()
sys.path.clear()
sys.stdout = sys.stderr = sys.displayhook = sys.excepthook = None
