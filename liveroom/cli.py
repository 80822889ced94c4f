"""The `liveroom` command. Here the environment is read, once; everything below is handed what it needs.

Commands import what they use when they run, so that each starts fast.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from click.exceptions import NoArgsIsHelpError

from exercises.errors import ExerciseError
from kernels.errors import KernelError
from kernels.kernel import DEFAULT_ENVIRONMENT
from keystroke.timeline import TimelineError
from liveroom.errors import LiveroomError
from liveroom.settings import Settings, read_settings

if TYPE_CHECKING:
    from liveroom.control import Control


class Commands(click.Group):
    """Errors are one sentence on stderr: exit code 1, or 2 where the command was used wrongly."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _misuse_told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _misuse_told(ctx):
                return super().invoke(ctx)
        except (LiveroomError, KernelError, ExerciseError, TimelineError) as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()  # whoever read our output has left
            ctx.exit(1)


@contextmanager
def _misuse_told(ctx: click.Context) -> Iterator[None]:
    """A wrong use as one line; a group without a command still shows its help."""
    try:
        yield
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = (error.ctx or ctx).command_path
        sentence = error.format_message()
        end = "" if sentence.endswith((".", "?")) else "."
        click.echo(f"{sentence}{end} `{command} --help` shows what there is.", err=True)
        ctx.exit(error.exit_code)


EXPORTS = {
    "timeline": "export?as=timeline",
    "report": "report/export?as=html",
    "report-json": "report/export?as=json",
}

data_option = click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="The data folder.",
)
set_option = click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="A setting, as in liveroom.toml."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Commands)
@click.version_option(package_name="liveroom")
def main() -> None:
    """Live coding interviews with machine-learning engineers, on your own machine."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--public-url", metavar="URL", help="The address that people type, if TLS is put in front.")
@click.option("--unsafe-kernels", is_flag=True, default=None, help="Run code WITHOUT a sandbox, on loopback.")
@data_option
@set_option
def serve(
    host: str,
    port: int,
    public_url: str | None,
    unsafe_kernels: bool | None,
    folder: Path,
    assignments: tuple[str, ...],
) -> None:
    """Start the server and print a sign-in link."""
    settings = _settings(folder, assignments, public_url=public_url, unsafe_kernels=unsafe_kernels)
    from liveroom import logs, serving

    logs.configure()
    serving.run(settings, folder, host=host, port=port, tell=click.echo)


@main.command("sign-in")
@data_option
def sign_in(folder: Path) -> None:
    """Print a link that signs the owner in once, within ten minutes."""
    from liveroom.api import SignInLink

    with _control(folder, makes_folder=True) as control:
        click.echo(control.ask("/api/sign-in-links", SignInLink).url)


@main.group()
def token() -> None:
    """Tokens for programs that use the API."""


@token.command("new")
@data_option
def new_token(folder: Path) -> None:
    """Print a new bearer token."""
    from liveroom.api import NewToken

    with _control(folder, makes_folder=True) as control:
        click.echo(control.ask("/api/tokens", NewToken).token)


@main.group()
def room() -> None:
    """Rooms, as the dashboard makes them."""


@room.command("new")
@click.option("--exercise", metavar="SLUG", help="One of the catalogue; without it the room is blank.")
@click.option("--kind", type=click.Choice(["live", "take-home"]), default="live", show_default=True)
@click.option("--candidate", required=True, metavar="NAME")
@click.option("--title", metavar="TEXT")
@click.option("--minutes", type=click.IntRange(5, 720))
@click.option(
    "--accommodation",
    type=click.Choice(["0", "25", "50"]),
    default="0",
    show_default=True,
    help="Per cent more time for this candidate.",
)
@click.option("--environment", metavar="NAME", help="The kernel's environment: one of kernel_environments.")
@click.option("--memory-mib", type=click.IntRange(256), help="Memory of the room's kernel.")
@click.option("--run-seconds", type=click.FloatRange(0, min_open=True), help="How long one run may take.")
@click.option("--lobby", is_flag=True, help="The candidate waits until an interviewer lets them in.")
@click.option("--with", "continues", metavar="ROOM", help="The take-home that this room continues.")
@data_option
@json_option
def new_room(
    folder: Path,
    as_json: bool,
    accommodation: str,
    memory_mib: int | None,
    run_seconds: float | None,
    **asked: Any,
) -> None:
    """Make a room and print its links."""
    from liveroom.api import NewRoom, RoomMade

    try:
        asked |= {"accommodation": int(accommodation), "memoryMib": memory_mib, "runSeconds": run_seconds}
        body = msgspec.convert(asked, NewRoom)
    except msgspec.ValidationError as error:
        raise LiveroomError(f"The room cannot be made: {error}.") from error
    with _control(folder, makes_folder=True) as control:
        made = control.ask("/api/rooms", RoomMade, body)
    if as_json:
        _print_json(made)
        return
    click.echo(f"Room {made.room}")
    for role, url in made.links.items():
        click.echo(f"{role:12} {url}")


@main.command()
@click.argument("room")
@click.option("--as", "kind", type=click.Choice([*EXPORTS]), default="timeline", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Otherwise stdout.")
@data_option
def export(room: str, kind: str, output: Path | None, folder: Path) -> None:
    """Write a room's timeline as JSON lines with its hash chain, or its report as a page (report) or JSON."""
    with _control(folder) as control:
        content = control.get(f"/api/rooms/{_path_part(room)}/{EXPORTS[kind]}")
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise LiveroomError(
            f"{output} cannot be written ({error.strerror}); choose another with -o."
        ) from error


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Check an exported timeline's hash chain."""
    from keystroke import timeline

    with file.open("rb") as lines:
        match timeline.verify(lines):
            case timeline.Verified(events=events, h=h):
                click.echo(
                    f"Verified: {events} events, all as they were recorded; the last link is {h.hex()}."
                )
            case timeline.Broken(why=why):
                raise LiveroomError(why)


@main.command()
@click.option("--profile", "profiles", multiple=True, required=True, metavar="ROOM_OR_FILE")
@click.argument("more_profiles", nargs=-1, metavar="[ROOM_OR_FILE]...")
@click.option("--questioned", required=True, metavar="ROOM_OR_FILE")
@data_option
@json_option
def compare(
    profiles: tuple[str, ...], more_profiles: tuple[str, ...], questioned: str, folder: Path, as_json: bool
) -> None:
    """Compare how two timelines were typed: a likelihood ratio, never a verdict.

    A profile of several timelines: `--profile A B`, or `--profile A --profile B`. Of rooms only what is unlocked.
    """
    from liveroom.typing import command
    from liveroom.typing.site_population import site_population

    enrolled = (*profiles, *more_profiles)
    population = site_population(_settings(folder).population)
    with _control_if_needed(folder, (*enrolled, questioned)) as control:
        result = command.compare(enrolled, questioned, control, population=population)
    if as_json:
        _print_json(result)
    else:
        for sentence in command.sentences(result):
            click.echo(sentence)


@main.command()
@click.argument("candidate")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def forget(candidate: str, yes: bool, folder: Path) -> None:
    """Delete everything of a candidate (a name or an id), for good."""
    from liveroom.api import CandidateSummary, Forgotten

    with _control(folder) as control:
        known = msgspec.json.decode(control.get("/api/candidates"), type=list[CandidateSummary])
        found = [one for one in known if candidate in (one.candidate_id, one.name)]
        if len(found) > 1:
            ids = ", ".join(f"{one.candidate_id} (rooms {', '.join(one.rooms)})" for one in found)
            raise LiveroomError(f"Several candidates are called {candidate}; name one by id: {ids}.")
        chosen = found[0].candidate_id if found else candidate
        if found and not yes and sys.stdin.isatty():
            click.confirm(f"Delete {found[0].name} and {len(found[0].rooms)} rooms for good?", abort=True)
        forgotten = control.ask(f"/api/candidates/{_path_part(chosen)}/forget", Forgotten)
    click.echo(forgotten.note)


@main.command()
@data_option
@set_option
@json_option
def doctor(folder: Path, assignments: tuple[str, ...], as_json: bool) -> None:
    """Start one sandbox, really, and say what is missing and how to mend it."""
    from kernels.doctor import examine

    reports = {name: examine(path) for name, path in _settings(folder, assignments).environments().items()}
    if as_json:
        _print_json(reports)
    else:
        texts = [f"Environment {name}\n\n{report.text()}" for name, report in reports.items()]
        click.echo("\n\n\n".join(texts) if len(texts) > 1 else next(iter(reports.values())).text())
    if not all(report.ok for report in reports.values()):
        sys.exit(1)


@main.group()
def environment() -> None:
    """What candidates' code can import: the Python environments of kernels."""


environment_option = click.option(
    "--name", default=DEFAULT_ENVIRONMENT, show_default=True, help="Which one, as in kernel_environments."
)


@environment.command("list")
@data_option
@set_option
def list_environments(folder: Path, assignments: tuple[str, ...]) -> None:
    """Say which there are and what is in them."""
    from liveroom import environments

    for name, path in _settings(folder, assignments).environments().items():
        click.echo(environments.describe(name, path))


@environment.command("add")
@click.argument("packages", nargs=-1, required=True)
@environment_option
@data_option
@set_option
def add_packages(packages: tuple[str, ...], name: str, folder: Path, assignments: tuple[str, ...]) -> None:
    """Add packages; everything that is there stays as it is, and a sealed kernel tries the new ones."""
    from liveroom import environments

    known = _settings(folder, assignments).environments()
    if name not in known:
        raise LiveroomError(f"There is no environment {name}; there are: {', '.join(known)}.")
    environments.add(known[name], packages, tell=click.echo)


@environment.command("new")
@click.argument("name")
@click.argument("packages", nargs=-1)
@click.option("--python", default=sys.executable, metavar="PATH", help="The Python that it is made with.")
def new_environment(name: str, packages: tuple[str, ...], python: str) -> None:
    """Make another environment beside the project's own, with ipykernel and these packages."""
    from liveroom import environments

    environments.new(name, python, packages, tell=click.echo)


@main.group()
def exercises() -> None:
    """The catalogue of exercises."""


@exercises.command("check")
@click.argument("slugs", nargs=-1)
@data_option
@set_option
def check_exercises(slugs: tuple[str, ...], folder: Path, assignments: tuple[str, ...]) -> None:
    """Prove exercises on a sealed kernel: the solution passes, the starter fails."""
    from liveroom import proving

    if not proving.run(slugs, folder, _settings(folder, assignments), tell=click.echo):
        sys.exit(1)


def _settings(folder: Path, assignments: tuple[str, ...] = (), **options: object) -> Settings:
    return read_settings(folder, os.environ, assignments, **options)


@contextmanager
def _control(folder: Path, *, makes_folder: bool = False) -> Iterator["Control"]:
    from liveroom import logs
    from liveroom.control import control

    logs.configure()
    with control(folder, _settings(folder), makes_folder=makes_folder) as found:
        yield found


@contextmanager
def _control_if_needed(folder: Path, sources: tuple[str, ...]) -> Iterator["Control | None"]:
    """Files alone need no data folder."""
    from liveroom.typing.command import needs_rooms

    if not needs_rooms(sources):
        yield None
        return
    with _control(folder) as found:
        yield found


def _path_part(text: str) -> str:
    """What people type may not reach another route."""
    if not text or not all(char.isalnum() or char in "-_" for char in text):
        raise LiveroomError(f"{text!r} cannot be an id; copy it from the dashboard or from `room new`.")
    return text


def _print_json(value: object) -> None:
    click.echo(msgspec.json.encode(value).decode())


if __name__ == "__main__":
    main()
