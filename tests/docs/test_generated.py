"""The generated pages say what the code says now, leave nothing of it out, and survive Markdown."""

from __future__ import annotations

from functools import cache

import click
import pytest
from markdown_it import MarkdownIt

from docs.generate import FOLDER, pages
from ttslog import schema
from ttslog.commands import cli
from ttslog.field_names import IN_SECONDS, OTHER_NAMES
from ttslog.parsers import formats
from ttslog.schema import Column
from ttslog.signatures import load
from ttslog.visible import visible

PAGES = pages()
ROOT_CONTEXT = click.Context(cli)
COMMANDS = {name: cli.get_command(ROOT_CONTEXT, name) for name in cli.list_commands(ROOT_CONTEXT)}
TABLES = {
    name: table
    for name, table in vars(schema).items()
    if isinstance(table, tuple) and all(isinstance(row, Column) for row in table)
}
COLUMNS = list(dict.fromkeys(column for table in TABLES.values() for column in table))
UNITS = {"_us": "us", "_ms": "ms", "_seconds": "s", "_kb": "kB", "_mb": "MB", "_hz": "Hz", "_percent": "%"}


@cache
def shown(name: str) -> str:
    """What a reader sees of a page: text and code, no markup, white space as one blank."""
    blocks = MarkdownIt("commonmark").enable("table").parse(PAGES[name])
    tokens = [token for block in blocks for token in (block.children or [block])]
    return one_line(" ".join(token.content for token in tokens if token.type in {"text", "code_inline", "fence"}))


def one_line(text: str) -> str:
    return " ".join(text.replace("`", " ").split())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name):
    assert (FOLDER / name).read_text("utf-8") == PAGES[name], "run `make docs` and commit what it writes"


def test_pages_are_the_same_whenever_they_are_written():
    assert pages() == PAGES


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_and_what_each_option_means(name):
    command = COMMANDS[name]
    assert command.help
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []
    assert f"ttslog {name} Usage: ttslog {name}" in shown("commands.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_the_readme(name):
    assert f"ttslog {name}" in (FOLDER.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_column_is_documented(column):
    assert column.meaning
    row = one_line(f"{column.name} {column.kind} {column.unit} {column.meaning} {column.otel}")
    assert row in shown("schema.md")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_unit_in_a_name_is_the_unit_of_the_column(column):
    assert [unit for suffix, unit in UNITS.items() if column.name.endswith(suffix)] in ([], [column.unit])


@pytest.mark.parametrize("aliases", [schema.EVENT_ALIASES, IN_SECONDS, schema.STAGE_FAMILY, OTHER_NAMES])
def test_every_other_name_is_documented(aliases):
    names = {
        *aliases,
        *(one for others in aliases.values() for one in ([others] if isinstance(others, str) else others)),
    }
    missing = [name for name in names if f"`{name}`" not in PAGES["schema.md"]]
    assert missing == []


def test_every_event_name_is_documented():
    assert schema.WORKER_KILLED in shown("schema.md").split("Event names")[1]


@pytest.mark.parametrize("name", formats())
def test_a_format_is_documented_with_a_line_of_it(name):
    known = formats()[name]
    assert one_line(f"{name} {known.title} {visible(known.samples[0].line)}") in shown("formats.md")


@pytest.mark.parametrize("row", load().values(), ids=lambda row: row.code)
def test_a_code_is_documented_in_both_languages(row):
    page = shown("error-codes.md")
    assert one_line(f"{row.code} {row.severity} {row.stage} {row.fault} {row.retryable}") in page
    for text in (row.cause_en, row.remedy_en, row.cause_zh, row.remedy_zh, *row.aliases):
        assert one_line(text) in page
