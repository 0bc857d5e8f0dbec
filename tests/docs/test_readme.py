"""What the pages for people promise holds: their commands parse, their examples run, their links lead somewhere."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ttslog.commands import cli, run

ROOT = Path(__file__).parents[2]
READMES = sorted(ROOT.glob("README*.md"))
PAGES = sorted(
    page
    for folder in ("", "docs", "notebooks", "benchmarks", "ttslog", "reference_service")
    for page in (ROOT / folder).glob("**/*.md" if folder else "*.md")
)
SHELL = {"console", "sh"}
EXAMPLE = re.compile(r"^\$ (ttslog .*)\n((?:(?!\$ ).*\n?)+)", re.MULTILINE)


@cache
def tokens(page: Path) -> list[Token]:
    blocks = MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))
    return [token for block in blocks for token in (block, *(block.children or ()))]


def blocks(page: Path, languages: set[str]) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "fence" and token.info in languages]


def commands(page: Path) -> Iterator[list[str]]:
    """Every `ttslog ...` of the shell blocks and of the prose, as a shell would split it."""
    lines = [line.removeprefix("$ ") for block in blocks(page, SHELL) for line in block.splitlines()]
    lines += [token.content.replace("\\|", "|") for token in tokens(page) if token.type == "code_inline"]
    for line in lines:
        if re.search(r"(?:^|\| )ttslog ", line):
            yield from (words[1:] for words in pipeline(line) if words[0] == "ttslog")


def pipeline(line: str) -> Iterator[list[str]]:
    """Split a line at its pipes; what follows a redirection is dropped."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, "|"]:
        if word != "|":
            words.append(word)
        elif words:
            yield words[: words.index(">")] if ">" in words else words
            words = []


def links(page: Path) -> Iterator[str]:
    """Every target on this disk of a link or an image, in Markdown or in HTML."""
    for token in tokens(page):
        html = token.content if token.type in {"html_block", "html_inline"} else ""
        targets = [token.attrGet("href"), token.attrGet("src"), *re.findall(r'(?:href|src)="([^"]+)"', html)]
        yield from (str(target) for target in targets if target and "://" not in str(target))


def is_dead(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target)


@cache
def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    found = tokens(page)
    titles = [found[place + 1].content for place, token in enumerate(found) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def one_line(text: str) -> str:
    return " ".join(text.split())


COMMANDS = [pytest.param(words, id=f"{page.name}: {shlex.join(words)}") for page in PAGES for words in commands(page)]
EXAMPLES = [
    pytest.param(command, answer, id=f"{page.name}: {command}")
    for page in PAGES
    for block in blocks(page, {"console"})
    for command, answer in EXAMPLE.findall(block)
    if "tests/cases/" in command
]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_in_a_page_parses(words):
    with contextlib.suppress(click.exceptions.Exit):  # --help and --version answer while they are parsed
        context = cli.make_context("ttslog", list(words))
        name, command, rest = cli.resolve_command(context, words)
        if rest:  # a bare name is how prose speaks of a command
            command.make_context(name, rest, parent=context)


@pytest.mark.parametrize(("command", "answer"), EXAMPLES)
def test_an_example_on_a_log_of_this_repository_shows_what_ttslog_answers(command, answer, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("COLUMNS", raising=False)
    assert run([*shlex.split(command)[1:], "--format", "table"]) == 0
    told = {one_line(line) for stream in capsys.readouterr() for line in stream.splitlines()}
    assert [line for line in map(one_line, answer.splitlines()) if line not in {"", "...", *told}] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page):
    assert sorted({link for link in links(page) if is_dead(page, link)}) == []


@pytest.mark.parametrize("block", [block for page in READMES for block in blocks(page, {"python"})])
def test_a_python_example_runs(block):
    command = [sys.executable, "-W", "error", "-c", block]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
