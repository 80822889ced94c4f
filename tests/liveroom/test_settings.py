"""Settings come from four places, later ones win, and what is wrong is said in a sentence."""

import re
from pathlib import Path

import pytest

from liveroom.errors import BadSettings
from liveroom.settings import Settings, is_loopback, read_settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_without_any_source_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}) == Settings()


def test_later_sources_win(tmp_path: Path) -> None:
    (tmp_path / "liveroom.toml").write_text('organisation = "File"\nlink_days = 3\nretention_days = 30\n')
    environ = {"LIVEROOM_LINK_DAYS": "4", "LIVEROOM_RETENTION_DAYS": "31", "HOME": "/root"}
    read = read_settings(tmp_path, environ, ["retention_days=32", "asks_typing=false"])
    assert (read.organisation, read.link_days, read.retention_days, read.asks_typing) == (
        "File",
        4,
        32,
        False,
    )


def test_environments_are_a_table_in_the_file_and_a_list_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "liveroom.toml").write_text('[kernel_environments]\nsklearn = "/opt/sklearn"\n')
    read = read_settings(tmp_path, {}, ["kernel_environment=/opt/torch"])
    assert read.environments() == {"default": Path("/opt/torch"), "sklearn": Path("/opt/sklearn")}
    environ = {"LIVEROOM_KERNEL_ENVIRONMENTS": "jax=/opt/jax, tf-2=/opt/tf=2"}
    assert read_settings(tmp_path, environ).kernel_environments == {
        "jax": Path("/opt/jax"),
        "tf-2": Path("/opt/tf=2"),
    }
    assert read_settings(tmp_path, environ, ["kernel_environments="]).kernel_environments == {}


def test_the_command_lines_own_options_win_where_they_are_given(tmp_path: Path) -> None:
    environ = {"LIVEROOM_PUBLIC_URL": "https://one.example"}
    assert read_settings(tmp_path, environ, public_url=None).public_url == "https://one.example"
    assert (
        read_settings(tmp_path, environ, public_url="https://two.example/").public_url
        == "https://two.example"
    )


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("retention_day=3", r"no setting retention_day \(from --set\); did you mean retention_days\?"),
        ("colour=red", r"no setting colour .* there are: organisation, "),
        ("retention_days", r"key=value; 'retention_days' has no '='"),
        ("kernel_environments=sklearn", r"key=value; 'sklearn' has no '='"),
        ("kernel_environments=Sk learn=/venv", r"kernel_environments.* from --set cannot be used"),
        ("kernel_environments=sklearn=", r"kernel_environments.* from --set cannot be used: Expected a path"),
        ("kernel_environments=default=/venv", r"names one 'default'; set kernel_environment instead"),
        ("kernel_cpus=0", r"kernel_cpus from --set cannot be used: Expected `float` > 0"),
        ("retention_days=soon", r"retention_days from --set cannot be used"),
        ("retention_days=0", r"retention_days from --set cannot be used: Expected `int` >= 1"),
        ("asks_typing=perhaps", r"asks_typing from --set cannot be used"),
        ("public_url=interviews.example", r"give the address people type"),
        ("public_url=https://example.org/rooms", r"without a path"),
        ("public_url=https://example.org:port", r"give the address people type"),
    ],
)
def test_a_wrong_assignment_is_one_sentence(tmp_path: Path, assignment: str, sentence: str) -> None:
    with pytest.raises(BadSettings, match=sentence):
        read_settings(tmp_path, {}, [assignment])


def test_an_unknown_name_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        BadSettings, match=r"no setting organization .*the environment.* did you mean organisation"
    ):
        read_settings(tmp_path, {"LIVEROOM_ORGANIZATION": "x"})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "liveroom.toml").write_text("organisation = ")
    with pytest.raises(BadSettings, match=r"liveroom\.toml cannot be read"):
        read_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.0.0.2", True), ("192.0.2.1", False)]
)
def test_loopback_is_told_from_the_rest(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    described = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*)`? \|", text, re.MULTILINE))
    assert set(described) == set(Settings.__struct_fields__)
    plain = {name: str(value) for name, value in zip(described, described.values(), strict=True)}
    for name in ("link_days", "retention_days", "durability", "kernel_memory_mib"):
        assert plain[name].strip() == str(getattr(Settings(), name))
