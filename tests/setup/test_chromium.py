"""Where the browser tests find their browser."""

from tests.setup.machine import Machine

CHROMIUM = "scripts/chromium"


def test_a_chromium_that_is_there_is_taken(machine: Machine) -> None:
    machine.answers("chromium", "exit 0")
    assert machine.run(CHROMIUM).stdout == f"{machine.bin}/chromium\n"


def test_one_named_in_the_environment_comes_first(machine: Machine) -> None:
    machine.answers("chromium", "exit 0")
    machine.answers("mine", "exit 0")
    assert machine.run(CHROMIUM, CHROMIUM=f"{machine.bin}/mine").stdout == f"{machine.bin}/mine\n"


def test_root_gets_debians_package(machine: Machine) -> None:
    machine.has("cp", "chmod")
    machine.answers("id", "echo 0")
    machine.answers("apt-get", f'[ "$1" = update ] || cp {machine.bin}/id {machine.bin}/chromium')
    assert machine.run(CHROMIUM).stdout == f"{machine.bin}/chromium\n"


def test_others_are_told_the_command(machine: Machine) -> None:
    machine.answers("id", "echo 1000")
    machine.answers("apt-get", "echo called; exit 1")
    done = machine.run(CHROMIUM)
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.splitlines()
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium" in sentence
