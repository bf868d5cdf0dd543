"""`./desk docs`: write the generated tables, or check that they are what the code says."""

import click

from docs._build.pages import pages, shown
from docs._build.regions import rewritten
from docs._build.tables import TABLES


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is not what the code says.")
def docs(check: bool) -> None:
    """Write the tables of the documentation that follow from the code."""
    stale = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        anew = rewritten(text, TABLES)
        if anew == text:
            continue
        stale.append(shown(page))
        if not check:
            page.write_text(anew, encoding="utf-8")
    if not stale:
        click.echo("The generated tables are up to date.")
    elif check:
        raise click.ClickException(f"not what the code says: {', '.join(stale)}; ./desk docs writes them.")
    else:
        click.echo(f"Wrote {', '.join(stale)}.")
