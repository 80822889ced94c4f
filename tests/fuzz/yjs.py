"""The page's own Yjs, in Node: what text it makes of the updates that the server took."""

import base64
import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.fuzz.targets import Life

FRONTEND = Path(__file__).parents[2] / "frontend"
SCRIPT = Path(__file__).with_name("apply.mjs")


class Yjs:
    """Applies lists of updates, one list a line. Every difference is kept as a sentence."""

    def __init__(self) -> None:
        self.compared = 0
        self.differences: list[str] = []

    def __enter__(self) -> Self:
        node = shutil.which("node")
        assert node is not None
        self._node = subprocess.Popen(
            [node, str(SCRIPT)], cwd=FRONTEND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._node.stdin is not None
        self._node.stdin.close()
        self._node.wait(10)
        assert self._node.stdout is not None
        self._node.stdout.close()

    def compare(self, life: "Life") -> None:
        """Hold one document's text against what Yjs has after the same updates."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        line = json.dumps([base64.b64encode(update).decode() for update in life.taken])
        self._node.stdin.write(line + "\n")
        self._node.stdin.flush()
        theirs = json.loads(self._node.stdout.readline())
        self.compared += 1
        if theirs != str(life.document) and len(self.differences) < 3:
            self.differences.append(
                f"Yjs has {theirs!r} and the server {str(life.document)!r}\n  updates {line}"
            )
