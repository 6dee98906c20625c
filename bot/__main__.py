"""The command line: ``yasr`` and what it can do."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from pydantic import ValidationError

from bot import personal_cli, provenance_cli, scorecard_cli, vault_cli
from bot.supervisor import BAD_INPUT, python
from core import lifeline, log, mood_words, settings
from core.errors import BadInput, YasrError
from core.model import Options
from core.moods import MOODS
from core.said import said

app = typer.Typer(
    help="Songs by new, little-known artists that sound like what you love.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
catalogue = typer.Typer(help="The songs YASR can offer.", no_args_is_help=True)
evaluation = typer.Typer(help="How good the models are, on songs with labels.", no_args_is_help=True)
app.add_typer(catalogue, name="catalogue")
app.add_typer(evaluation, name="evaluate")
training = typer.Typer(help="Models of your own, from labelled sound files.", no_args_is_help=True)
app.add_typer(training, name="train")
app.add_typer(provenance_cli.app, name="provenance")
app.add_typer(vault_cli.app, name="vault")
app.command("scorecard")(scorecard_cli.command)
app.command("export")(personal_cli.export)
app.command("forget")(personal_cli.forget)

_PLAYLISTS = "A folder with tracks.csv.gz, playlists.csv.gz and playlists_meta.csv."
_LABELLED = "A CSV file with the columns file, artist (or composer), album, genre (or style)."
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@app.command()
def up() -> None:
    """Start everything: Redis, a worker, and the page."""
    from bot.up import up as run

    raise SystemExit(asyncio.run(run(settings.load())))


@app.command()
def bot() -> None:
    """Run the bot process alone (a real deployment)."""
    from bot.run import run

    lifeline.hold()
    asyncio.run(run(settings.load()))


@app.command()
def worker() -> None:
    """Run a worker process alone (a real deployment)."""
    _work("run")


@app.command()
def recommend(
    source: Annotated[
        str, typer.Argument(help="A link, a CSV/TXT/JSON file, a folder of music, “sample”, or - for standard input.")
    ],
    model: Annotated[str, typer.Option(help="The similarity model; the features' own unless said.")] = Options().model,
    count: Annotated[int, typer.Option(min=0, max=50, help="How many close picks.")] = Options().count,
    wildcards: Annotated[int, typer.Option(min=0, max=50, help="How many wildcards.")] = Options().wildcards,
    audience: Annotated[
        str, typer.Option(help="How well known an artist may be: tiny, small, medium or any.")
    ] = Options().audience,
    weeks: Annotated[
        int, typer.Option(help="How many weeks a release is new; 0 means as this YASR is set.")
    ] = Options().weeks,
    features: Annotated[
        str, typer.Option(help="What is compared: “timbre” is heard, “ten” told by other services, “lyrics” read.")
    ] = Options().features,
    mood: Annotated[
        list[str] | None, typer.Option(help=f"What the songs must be; may be repeated: {', '.join(MOODS)}.")
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="Choose from this folder of music instead of the catalogue.")
    ] = None,
    listener: Annotated[
        str, typer.Option(help="Remember under this name what was shown, and never show it again.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Ask for songs and wait for the answer."""
    from bot.asking import ask
    from bot.fronts import terminal

    loaded = _quietly(settings.load(), "WARNING")
    collection = str(catalogue.expanduser().absolute()) if catalogue else ""
    moods = mood_words.named(" ".join(mood or []))
    options = Options(model, count, wildcards, collection, audience, weeks, features, moods)
    with terminal.ProgressBar() as bar:
        slate, note = asyncio.run(ask(loaded, source, options, listener, bar.show))
    if as_json:
        print(terminal.as_json(slate, note, loaded.state_dir))  # noqa: T201 - the document
    else:
        terminal.print_table(slate, note)


@app.command()
def harvest(
    since: Annotated[str, typer.Option(help="The oldest release date, YYYY-MM-DD.")] = "",
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
) -> None:
    """Fill the catalogue with new releases now."""
    _work("harvest", since, *(source or []))


@catalogue.command("add")
def catalogue_add(
    paths: Annotated[list[Path], typer.Argument(help="Folders of music, or CSV files with artist and title.")],
) -> None:
    """Add songs to the catalogue."""
    _work("add", *(str(path.expanduser().absolute()) for path in paths))


@catalogue.command("stats")
def catalogue_stats(
    plot: Annotated[Path | None, typer.Option(help="Draw how well known the artists are into this file.")] = None,
    as_json: Json = False,
) -> None:
    """Say what is in the catalogue."""
    picture = ["--plot", str(plot.expanduser().absolute())] if plot else []
    _work("stats", *(["--json"] if as_json else []), *picture)


@app.command()
def analyse(
    files: Annotated[list[Path], typer.Argument(help="Sound files.")],
    plot: Annotated[Path | None, typer.Option(help="Draw the one file into this picture.")] = None,
    as_json: Json = False,
) -> None:
    """Say what YASR hears in sound files."""
    picture = ["--plot", str(plot.expanduser().absolute())] if plot else []
    _work("analyse", *(["--json"] if as_json else []), *picture, *(str(file) for file in files))


@training.command("genre")
def train_genre(manifest: Annotated[Path, typer.Argument(help=_LABELLED)]) -> None:
    """Train the genre model on labelled songs, and print its model card."""
    _work("train", "genre", str(manifest))


@training.command("timbre")
def train_timbre(manifest: Annotated[Path, typer.Argument(help=_LABELLED)]) -> None:
    """Fit the vector of the sound on labelled songs; the catalogue is then heard anew in the background."""
    _work("train", "timbre", str(manifest))


@training.command("taste")
def train_taste(folder: Annotated[Path, typer.Argument(help=_PLAYLISTS)]) -> None:
    """Learn from playlists what songs that belong together have in common."""
    _work("train", "taste", str(folder))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what works, what is off, and why; status 1 when something that is switched on does not work."""
    from bot.doctor import examine
    from bot.fronts import terminal

    findings = asyncio.run(examine(_quietly(settings.load(), "ERROR")))
    if as_json:
        print(terminal.findings_as_json(findings))  # noqa: T201 - the document
    else:
        terminal.print_findings(findings)
    raise SystemExit(any(finding.failed for finding in findings))


@evaluation.command("audio")
def evaluate_audio(
    manifest: Annotated[Path, typer.Argument(help=_LABELLED)],
    as_json: Json = False,
) -> None:
    """Measure how well songs of the same composer, album and style are found again, ours beside the peers."""
    _work("evaluate", "audio", *(["--json"] if as_json else []), str(manifest))


@evaluation.command("playlists")
def evaluate_playlists(
    source: Annotated[Path, typer.Argument(help=_PLAYLISTS + " Or a CSV file of sounds, whose albums are lists.")],
    folds: Annotated[
        int, typer.Option(min=0, max=20, help="Learn anew from the other folds; 0 takes what is shipped.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Measure how well the hidden half of each playlist is found, the ten features' rankers beside each other."""
    if folds == 1:
        raise BadInput(problem=said("one fold leaves nothing to learn from"))
    _work("evaluate", "playlists", "--folds", str(folds), *(["--json"] if as_json else []), str(source))


@evaluation.command("listeners")
def evaluate_listeners(
    folder: Annotated[Path, typer.Argument(help=_PLAYLISTS)],
    as_json: Json = False,
) -> None:
    """Let simulated listeners rate twenty slates, and measure what learning from their ratings brings."""
    _work("evaluate", "listeners", *(["--json"] if as_json else []), str(folder))


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="Which one: analyse, dtw, pipeline, rank, search or web.")],
    peers: Annotated[
        str, typer.Option(help="For dtw and rank: the Python whose packages take part; this one unless said.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Measure."""
    if name == "web":
        from bot import bench as pages

        pages.run(as_json=as_json)
        return
    _work("bench", *(["--json"] if as_json else []), *(["--peers", peers] if peers else []), name)


def _quietly(loaded: settings.Settings, level: Literal["WARNING", "ERROR"]) -> settings.Settings:
    """A person who asks one question wants the answer, not the log, unless they set how much is logged."""
    if loaded.log_level != "INFO":
        return loaded
    log.set_up("yasr", level, loaded.state_dir)
    return loaded.model_copy(update={"log_level": level})


def _work(*arguments: str) -> NoReturn:
    """Becomes a command of the workers: the bot never imports them, and signals must reach the one who works."""
    sys.stdout.flush()
    command = python("workers", *arguments)
    os.execv(command[0], command)  # noqa: S606 - our own module, no shell


def main() -> None:
    """The entry point: bad input is one line and status 2, any other honest refusal one line and status 1."""
    try:
        loaded = settings.load()
        log.set_up("yasr", loaded.log_level, loaded.state_dir)
        loaded.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # playlists are private
        app()
    except ValidationError as error:
        first = error.errors()[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        _fail(f"the setting YASR_{name} is wrong: {first['msg'][0].lower() + first['msg'][1:]}.", BAD_INPUT)
    except YasrError as error:
        _fail(str(error), error.exit_status)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        _fail(
            f"I cannot use {error.filename}: {error.strerror}. Set YASR_STATE_DIR to a folder I may write to.",
            BAD_INPUT,
        )
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _fail(sentence: str, status: int) -> NoReturn:
    print(f"yasr: {sentence}", file=sys.stderr)  # noqa: T201 - a command line speaks by printing
    raise SystemExit(status)


if __name__ == "__main__":
    main()
