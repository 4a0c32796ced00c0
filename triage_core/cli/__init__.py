"""Which commands does `triage` offer?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from triage_core import __version__
from triage_core.cli import (
    blueprints,
    calibrate,
    checkpoint,
    close,
    delegate,
    demo,
    draft,
    escalations,
    explain,
    flows,
    hooks,
    keys,
    kill,
    knowledge,
    oversight,
    package,
    package_make,
    package_power_automate,
    package_zapier,
    policy,
    policy_change,
    profiles,
    ready,
    replay,
    report,
    retention,
    review,
    rollout,
    rota,
    sends,
    serve,
    suppress,
    surfaces,
    tick,
    triage,
    verify,
    zaps,
)
from triage_core.cli.failures import DEBUG, CarefulGroup, unexpected

_HELP = """Triage for support tickets: class, severity, risk tags, deadlines, owners, and the reasons for each."""
_EXITS = """Exit codes: 0 done · 1 something was found (problems, flaws) · 2 the command line or a file cannot be used ·
3 something is missing or in conflict · 70 a mistake in the program. Texts go to standard output, failures to standard
error; NO_COLOR turns colours off."""

app = typer.Typer(
    cls=CarefulGroup,
    help=_HELP,
    epilog=_EXITS.replace("\n", " "),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo.demo)
app.command()(triage.triage)
app.command()(explain.explain)
app.command()(draft.draft)
app.command()(verify.verify)
app.command()(serve.serve)
app.command()(ready.ready)
app.command()(tick.tick)
app.command()(oversight.oversight)
app.command()(replay.replay)
app.command("import")(replay.import_log)
app.command()(close.close)
app.command()(close.closures)
app.command()(kill.kill)
app.command()(kill.revive)
package.app.command()(package_power_automate.power_automate)
package.app.command()(package_zapier.zapier)
package.app.command()(package_make.make)
app.add_typer(package.app, name="package")
app.add_typer(rollout.app, name="rollout")
app.add_typer(flows.app, name="flows")
policy.app.command()(policy_change.propose)
policy.app.command()(policy_change.backtest)
policy.app.command()(policy_change.approve)
policy.app.command()(policy_change.history)
policy.app.command()(policy_change.rollback)
app.add_typer(policy.app, name="policy")
app.add_typer(calibrate.app, name="calibrate")
app.add_typer(review.app, name="review")
app.add_typer(checkpoint.app, name="checkpoint")
app.add_typer(keys.app, name="keys")
app.add_typer(profiles.app, name="profiles")
app.add_typer(hooks.app, name="hooks")
app.add_typer(rota.app, name="rota")
app.add_typer(suppress.app, name="suppress")
app.add_typer(delegate.app, name="delegate")
app.add_typer(sends.app, name="sends")
app.add_typer(surfaces.app, name="surfaces")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(retention.app, name="retention")
app.add_typer(escalations.app, name="escalations")
app.add_typer(zaps.app, name="zaps")
app.add_typer(blueprints.app, name="blueprints")
app.add_typer(report.app, name="report")


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option(DEBUG, help="Show where in the program a failure arose.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    del debug, version  # the group of commands reads the first where a failure is told, the callback has told the other


def main() -> None:
    """Run the command line."""
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the one place that answers what nobody expected
        sys.exit(unexpected(error))
