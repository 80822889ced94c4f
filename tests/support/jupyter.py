"""Kernelspecs for stock Jupyter programs: one of the sandbox, one of a plain ipykernel in the same environment."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

PROJECT = Path(__file__).parents[2]
ENVIRONMENT = PROJECT / ".venv-kernel"
SEALED, STOCK = "sealed", "stock"


def install(folder: Path, environment: Path = ENVIRONMENT, **config: object) -> None:
    """Lay out both kernelspecs in `folder`/kernels, as `JUPYTER_PATH` wants them. `config` is the provisioner's."""
    provisioner = {
        "provisioner_name": "liveroom-sandbox",
        "config": {"environment": str(environment), **config},
    }
    python = str(environment / "bin" / "python")
    specs = {
        SEALED: {
            "argv": [],
            "display_name": "Python, sealed",
            "language": "python",
            "metadata": {"kernel_provisioner": provisioner},
        },
        STOCK: {
            "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python",
            "language": "python",
        },
    }
    for name, spec in specs.items():
        path = folder / "kernels" / name / "kernel.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(spec))


def installed(folder: Path, environment: Path = ENVIRONMENT, **config: object) -> KernelSpecManager:
    """For managers that take one; see `install`."""
    install(folder, environment, **config)
    return KernelSpecManager(kernel_dirs=[str(folder / "kernels")])


@contextlib.contextmanager
def on_the_path(folder: Path) -> Iterator[None]:
    """Programs that look for kernelspecs themselves find those of `folder`, and keep their own files there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        for name in ("CONFIG", "DATA", "RUNTIME"):
            patch.setenv(f"JUPYTER_{name}_DIR", str(folder / name.lower()))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        yield
