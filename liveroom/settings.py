"""What a site may choose, read once: defaults, then DIR/liveroom.toml, then LIVEROOM_*, then --set."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from kernels.kernel import DEFAULT_ENVIRONMENT, IMPORTS, Limits
from liveroom.errors import BadSettings

FILE = "liveroom.toml"
PREFIX = "LIVEROOM_"

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TABLES = ("kernel_environments",)
_BESIDE_THE_SERVER = Path(__file__).parent.parent / ".venv-kernel"

EnvironmentName = Annotated[str, Meta(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\r\n]*$")]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a site may set; docs/reference/settings.md explains each."""

    organisation: Line = "The team that invited you"
    contact: Line = "the person who sent you the link"
    owner_name: Line = "Host"
    public_url: str | None = None
    link_days: Annotated[int, Meta(ge=1, le=365)] = 14
    retention_days: Annotated[int, Meta(ge=1, le=3650)] = 180
    asks_metrics: bool = True
    asks_typing: bool = True
    candidate_sees_replay: bool = False
    population: Path | None = None
    room_mib_most: Annotated[int, Meta(ge=1)] = 512
    practice_rooms_most: Annotated[int, Meta(ge=0, le=100)] = 8
    access_log: bool = False
    durability: Literal["full", "normal"] = "full"
    room_idle_seconds: Annotated[float, Meta(gt=0)] = 600
    heartbeat_seconds: Annotated[float, Meta(ge=0.1, le=12)] = 4
    kernel_environment: Path = _BESIDE_THE_SERVER
    kernel_environments: dict[EnvironmentName, Path] = {}
    unsafe_kernels: bool = False
    unsafe_kernels_beyond_loopback: str = ""
    kernel_memory_mib: Annotated[int, Meta(ge=256)] = 2048
    kernel_cpus: Annotated[float, Meta(gt=0)] = 2
    kernel_disk_mib: Annotated[int, Meta(ge=16)] = 512
    kernel_pids: Annotated[int, Meta(ge=16)] = 128
    kernel_output_mib: Annotated[float, Meta(gt=0)] = 8
    kernel_imports: str = ", ".join(IMPORTS)
    kernels_most: Annotated[int, Meta(ge=1, le=1000)] = 32
    kernels_warm: Annotated[int, Meta(ge=0, le=32)] = 1
    kernels_linger_seconds: Annotated[float, Meta(ge=1)] = 600
    kernel_idle_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 30
    run_seconds: Annotated[float, Meta(gt=0)] = 600

    def limits(self) -> Limits:
        return Limits(
            memory_mib=self.kernel_memory_mib,
            cpus=self.kernel_cpus,
            pids=self.kernel_pids,
            disk_mib=self.kernel_disk_mib,
            run_seconds=self.run_seconds,
            output_mib=self.kernel_output_mib,
        )

    def imports(self) -> tuple[str, ...]:
        """What kernels have imported before anybody asks."""
        return tuple(self.kernel_imports.replace(",", " ").split())

    def environments(self) -> dict[str, Path]:
        """The environments that kernels may run in, by name; the one of `kernel_environment` comes first."""
        return {DEFAULT_ENVIRONMENT: self.kernel_environment, **self.kernel_environments}


def read_settings(
    folder: Path, environ: Mapping[str, str], assignments: Iterable[str] = (), **options: object
) -> Settings:
    """Put the four sources together; `options` are the command line's own, and win. Raises BadSettings."""
    values: dict[str, Any] = {}
    for source, found in (
        (str(folder / FILE), _from_file(folder / FILE)),
        ("the environment", _from_environ(environ)),
        ("--set", dict(map(_assignment, assignments))),
        ("the command line", {name: value for name, value in options.items() if value is not None}),
    ):
        _check_names(found, source)
        _convert(found, source)
        values |= found
    return _with_plain_url(_convert(values, "the settings"))


def is_loopback(host: str | None) -> bool:
    """Whether an address leads nowhere but to this machine."""
    return host in _LOOPBACK or (host or "").startswith("127.")


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path} cannot be read ({error}); mend it or move it away.") from error


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)
    }


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadSettings(f"A setting is given as key=value; {text!r} has no '='.")
    return name.strip(), value.strip()


def _check_names(values: Mapping[str, Any], source: str) -> None:
    known = Settings.__struct_fields__
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}."
            raise BadSettings(f"There is no setting {name} (from {source}); {hint}")


def _convert(values: Mapping[str, Any], source: str) -> Settings:
    try:
        settings = msgspec.convert({**values, **_tables(values)}, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else "A value"
        what = str(error).partition(" - at ")[0]
        raise BadSettings(f"The setting {name} from {source} cannot be used: {what}.") from error
    if DEFAULT_ENVIRONMENT in settings.kernel_environments:
        raise BadSettings(
            f"kernel_environments from {source} names one {DEFAULT_ENVIRONMENT!r}; set kernel_environment instead."
        )
    return settings


def _tables(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a file has as a table, as other sources write it: `name=path,name=path`."""
    return {
        name: dict(_assignment(part) for part in text.split(",") if part.strip())
        for name in _TABLES
        if isinstance(text := values.get(name), str)
    }


def _path(kind: type, value: Any) -> Any:
    """The one type of a setting that msgspec does not know."""
    if kind is not Path or not isinstance(value, str) or not value:
        raise ValueError(f"Expected a path, got {value!r}")
    return Path(value).expanduser()


def _with_plain_url(settings: Settings) -> Settings:
    """The public address without a slash at its end; only an origin will do."""
    if settings.public_url is None:
        return settings
    url = settings.public_url.rstrip("/")
    parts = urlsplit(url)
    try:
        bad_port = parts.port == 0
    except ValueError:
        bad_port = True
    if parts.scheme not in ("http", "https") or not parts.hostname or bad_port:
        raise BadSettings(
            f"public_url is {settings.public_url!r}; give the address people type, like https://interviews.example.org."
        )
    if url != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise BadSettings(
            f"public_url is {settings.public_url!r}; give it without a path: liveroom needs a host name of its own."
        )
    return msgspec.structs.replace(settings, public_url=url)
