"""What a person is told on a machine that lacks something."""

import pytest

from tests.setup.machine import Machine

REQUIRE = "scripts/require"


def told(machine: Machine) -> list[str]:
    """The sentences, after making sure that there were some and that nothing else was printed."""
    done = machine.run(REQUIRE)
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_machine_that_has_everything_is_told_nothing(complete: Machine) -> None:
    done = complete.run(REQUIRE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_bare_machine_is_told_one_sentence_for_each_thing(machine: Machine) -> None:
    python, node = told(machine)
    assert python.startswith("Python 3.11 to 3.14 is needed and none was found; install it with: ")
    assert "apt-get install -y python3 python3-venv" in python
    assert "none was found" in node
    assert "apt-get install -y nodejs npm" in node


def test_an_old_python_is_named(complete: Machine) -> None:
    complete.answers("python3", "echo 9")
    (sentence,) = told(complete)
    assert "the one found is 3.9; install it with: " in sentence


def test_a_python_newer_than_the_pinned_packages_is_not_taken(complete: Machine) -> None:
    complete.answers("python3", "echo 15")
    (sentence,) = told(complete)
    assert "the one found is 3.15" in sentence


def test_a_python_whose_venv_debian_keeps_apart_is_told_the_package(complete: Machine) -> None:
    complete.has_python(without="ensurepip")
    (sentence,) = told(complete)
    assert "cannot make virtual environments" in sentence
    assert sentence.split("apt-get install -y ")[1].startswith("python3.")
    assert sentence.endswith("-venv")


def test_a_second_python_is_taken_where_the_first_will_not_do(complete: Machine) -> None:
    complete.answers("python3", "echo 9")
    complete.answers("python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    complete.has_python("python3.12", without="ensurepip")
    complete.has_python("python3.11")
    done = complete.run(REQUIRE, "--python")
    assert (done.returncode, done.stdout) == (0, f"{complete.bin}/python3.11\n")
    assert complete.run(REQUIRE).returncode == 0


@pytest.mark.parametrize("version", ["18.19", "20.18", "21.7", "22.11"])
def test_a_node_that_cannot_run_vite_is_named(complete: Machine, version: str) -> None:
    complete.answers("node", f"echo {version}")
    (sentence,) = told(complete)
    assert f"the one found is {version}; install it with: " in sentence


@pytest.mark.parametrize("version", ["20.19", "22.12", "24.0", "26.1"])
def test_a_node_that_can_is_not(complete: Machine, version: str) -> None:
    complete.answers("node", f"echo {version}")
    assert complete.run(REQUIRE).returncode == 0


def test_a_node_without_npm_is_told_the_package(complete: Machine) -> None:
    (complete.bin / "npm").unlink()
    (sentence,) = told(complete)
    assert "apt-get install -y npm" in sentence


@pytest.mark.parametrize(("user", "command"), [(0, "with: apt-get"), (1000, "with: sudo apt-get")])
def test_sudo_is_named_to_those_who_need_it(machine: Machine, user: int, command: str) -> None:
    machine.answers("id", f"echo {user}")
    assert all(command in sentence for sentence in told(machine))
