"""The command line: parse, compose, run, and turn errors into a sentence and an exit code.

Each command imports its own parts, so that `--help` does not wait for speech and Slack.
Exit codes: 0 done; 1 the job failed; 2 bad input or configuration; 3 a model was demanded and there is none.
"""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import bot
from bot import log, settings
from bot.errors import BadInput, ModelError, PostmortemError, SettingsError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> None:
    """Entry point; the only place where an error becomes an exit code."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except PostmortemError as error:
        click.echo(f"testing-postmortem: {error}", err=True)
        sys.exit(_exit_code(error))


def _exit_code(error: PostmortemError) -> int:
    if isinstance(error, BadInput | SettingsError):
        return 2
    return 3 if isinstance(error, ModelError) else 1


def _run(job: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(job)
    except KeyboardInterrupt as error:
        raise click.Abort from error


@click.group(context_settings=CONTEXT)
@click.version_option(bot.__version__, prog_name="testing-postmortem")
@click.option(
    "--config", type=click.Path(path_type=Path), help="TOML file; default: config.toml in the XDG config folder."
)
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="Least level that is logged."
)
@click.pass_context
def cli(context: click.Context, config: Path | None, log_level: str | None) -> None:
    """Reviews incidents for their testing gaps, with a local model. No incident data leaves your machines."""
    context.obj = {"config": config, "log_level": log_level}


def _settings(context: click.Context, default_level: str = "error", **overrides: Any) -> settings.Settings:
    """Settings and logging; commands for people print their own sentences and log errors only, unless asked."""
    given = context.find_root().obj
    loaded = settings.load(given["config"], log_level=given["log_level"], **overrides)
    level = given["log_level"] or (loaded.log_level if "log_level" in loaded.model_fields_set else default_level)
    log.configure(json=loaded.log_format == "json", level=level)
    return loaded


@cli.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Run the bot."""
    from bot import app

    _run(app.serve(_settings(context, default_level="info")))


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the review; made when missing.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="Write review.json to this file too; - is standard output.",
)
@click.option("--model", help="Demand this model: without it the command fails with exit code 3.")
@click.option("--no-model", is_flag=True, help="Rules only: quick, deterministic, no model.")
@click.option("--no-audio", is_flag=True, help="Do not make summary.mp3.")
@click.option("--channel", help="Channel of a Slack export that holds more than one.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of a transcript that has clock times only.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.pass_context
def review(
    context: click.Context,
    path: Path,
    out: Path,
    json_file: Path | None,
    model: str | None,
    no_model: bool,
    no_audio: bool,
    channel: str | None,
    day: datetime | None,
    quiet: bool,
) -> None:
    """Review the incident at PATH: a case folder, a Slack export (folder or zip), or a transcript (text, markdown)."""
    from bot import commands
    from bot.terminal import Terminal

    if model and no_model:
        raise click.UsageError("--model and --no-model exclude each other.")
    loaded = _settings(context, model=model, audio=False if no_audio else None)
    terminal = Terminal(quiet=quiet or str(json_file) == "-")
    job = commands.FileJob(
        path,
        out,
        channel=channel,
        day=day.date() if day else None,
        use_model=not no_model,
        model_required=model is not None,
    )
    with terminal:
        made = _run(commands.review_files(loaded, job, terminal.report))
    if json_file is not None:
        text = (out / "review.json").read_text("utf-8")
        click.echo(text) if str(json_file) == "-" else json_file.write_text(text, "utf-8")
    terminal.say(made, out)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("question")
@click.option("--no-model", is_flag=True, help="Answer by rules only.")
@click.pass_context
def ask(context: click.Context, folder: Path, question: str, no_model: bool) -> None:
    """Answer QUESTION from the review in FOLDER (made by `review --out FOLDER`), with evidence."""
    from bot import commands

    answer, evidence = _run(commands.ask_files(_settings(context), folder, question, use_model=not no_model))
    click.echo("\n".join([answer.text, "", *evidence]).rstrip())


@cli.command("demo")
@click.option("--case", type=click.Path(path_type=Path), help="Case folder or Slack export to play.")
@click.option("--once", is_flag=True, help="Run without a person, write the results, exit.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo-out"), show_default=True)
@click.option("--port", type=int, default=0, help="Port of the workspace page; 0: any free one.")
@click.option("--no-model", is_flag=True, help="Rules only.")
@click.pass_context
def demo_command(context: click.Context, case: Path | None, once: bool, out: Path, port: int, no_model: bool) -> None:
    """Show the main job in an offline workspace: no Slack, no Ollama, no Docker."""
    from bot import demo
    from bot.terminal import FetchBar

    loaded = _settings(context)
    plan = demo.Plan(case=case, once=once, out=out, port=port, use_model=not no_model)
    with FetchBar() as bar:
        _run(demo.fetch(loaded, plan, bar.report, click.echo))
    sys.exit(_run(demo.run(loaded, plan, click.echo)))


@cli.command("eval")
@click.argument("cases", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-model", is_flag=True, help="Rules only.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file.")
@click.pass_context
def eval_command(context: click.Context, cases: tuple[Path, ...], no_model: bool, json_file: Path | None) -> None:
    """Score the reviews of CASES (folders with gold.json), without and with the model."""
    from bot import evaluate

    _run(evaluate.evaluate(_settings(context), cases, use_model=not no_model, json_file=json_file, say=click.echo))


@cli.group()
def models() -> None:
    """Models and voices on this machine."""


@models.command("list")
@click.pass_context
def models_list(context: click.Context) -> None:
    """What Ollama has, and what can be fetched for the embedded endpoint."""
    from rich.console import Console
    from rich.table import Table

    from bot import commands

    table = Table("name", "where", "size", "state", box=None)
    for row in _run(commands.list_models(_settings(context))):
        table.add_row(*row)
    Console().print(table)


@models.command("pull")
@click.argument("name")
@click.pass_context
def models_pull(context: click.Context, name: str) -> None:
    """Fetch NAME into the cache by pinned source and sha256, or through Ollama when that answers."""
    from bot import commands
    from bot.terminal import FetchBar

    with FetchBar() as bar:
        click.echo(_run(commands.pull_model(_settings(context), name, bar.report)))


@models.command("verify")
@click.pass_context
def models_verify(context: click.Context) -> None:
    """Check the sha256 of everything in the cache."""
    from bot import commands

    wrong = _run(commands.verify_models(_settings(context), click.echo))
    sys.exit(1 if wrong else 0)


@cli.command()
def manifest() -> None:
    """Print the Slack app manifest to paste at api.slack.com/apps."""
    from bot import commands

    click.echo(commands.manifest())


@cli.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, Slack, model, voice and disk, and say what to do."""
    from bot import commands

    well = _run(commands.doctor(_settings(context), click.echo))
    sys.exit(0 if well else 1)


@cli.command()
@click.option("--channel", help="Only this channel id.")
@click.option("--older-than", type=int, metavar="DAYS", help="Only reviews older than this.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def purge(context: click.Context, channel: str | None, older_than: int | None, yes: bool) -> None:
    """Delete case files (redacted channels, logs, reviews, audio) from this machine. Posts in Slack stay."""
    from bot import shelf

    loaded = _settings(context)
    folders = shelf.case_folders(loaded.data_dir, channel, older_than)
    if not folders:
        click.echo("There is nothing to delete.")
        return
    if not yes:
        click.confirm(f"Delete {len(folders)} case file(s) under {loaded.data_dir}?", abort=True)
    click.echo(f"Deleted {shelf.purge(folders)} case file(s).")
