"""The page's types are made from the wire's, whole and always in the same form."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from liveroom import api, messages, protocol
from liveroom.protocol import main, typescript

FRONTEND = Path(__file__).parents[2] / "frontend"


def interface(name: str) -> str:
    found = re.search(rf"export interface {name} {{\n(.*?)\n}}\n", typescript(), re.DOTALL)
    assert found is not None
    return found[1]


def test_a_frame_says_its_type_and_names_its_fields_as_the_wire_does() -> None:
    assert interface("RunFinished") == (
        '  type: "run-finished";\n'
        "  run: string;\n"
        "  state: RunState;\n"
        "  atUs: number;\n"
        "  executionCount?: number;\n"
        "  reason?: string;"
    )


def test_a_field_that_may_be_null_is_not_optional() -> None:
    assert "  by: string | null;" in interface("TextEdited")


def test_a_default_other_than_none_is_told() -> None:
    assert "  /** Absent means true. */\n  replay?: boolean;" in interface("Report")


def test_tuples_keep_the_type_of_every_place() -> None:
    assert "  ops: [string, number, number, string][];" in interface("TextEdited")
    assert "  keys: [number, KeyWay, string, number][];" in interface("Keys")


def test_every_struct_of_both_files_is_there_once() -> None:
    names = [
        name
        for module in (messages, api)
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__ == module.__name__
    ]
    exported = re.findall(r"export (?:interface|type) (\w+)", typescript())
    assert set(names) - set(exported) == {"Message"}
    assert len(exported) == len(set(exported))


def test_a_type_without_a_form_in_typescript_is_refused() -> None:
    with pytest.raises(protocol.Unwritable, match=r"give liveroom/protocol\.py one"):
        protocol._type(set[int], {})


def test_check_says_whether_the_file_is_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "protocol.gen.ts"
    assert main(["--check"], target) == 1
    assert "run `make protocol`" in capsys.readouterr().err
    assert main([], target) == 0
    assert main(["--check"], target) == 0
    target.write_text(target.read_text() + "\n")
    assert main(["--check"], target) == 1


def test_the_typescript_compiler_takes_the_file(tmp_path: Path) -> None:
    target = tmp_path / "protocol.gen.ts"
    main([], target)
    node = shutil.which("node")
    assert node is not None
    compiler = FRONTEND / "node_modules" / "typescript" / "bin" / "tsc"
    command = [node, str(compiler), "--noEmit", "--strict", "--ignoreConfig", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.returncode) == ("", 0)
