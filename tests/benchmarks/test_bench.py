"""The benchmark itself: what it makes is what it says, wrong answers are caught, and it writes where it may."""

import json
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from benchmarks.bench.commands import Command, Question
from benchmarks.bench.growth_plot import Series, plot
from benchmarks.bench.indexed import with_index
from benchmarks.bench.log_set import log_set
from benchmarks.bench.measure import measure
from benchmarks.bench.page import NoMarkers, write_between
from benchmarks.bench.peers import Peers
from benchmarks.bench.questions import OURS, OURS_FROM_INDEX, questions, questions_of_shape
from benchmarks.bench.results import finish
from benchmarks.bench.rounds import NOT_AVAILABLE, Outcome, Table
from benchmarks.bench.tables import markdown

TTSLOG = [sys.executable, "-m", "ttslog"]
ENV = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "PYTHONPATH": ":".join(sys.path)}


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return {shape: log_set(folder, shape, 1) for shape in ("native", "spaced", "mixed")}


@pytest.fixture
def table(tmp_path):
    return Table(rounds=1, env={**ENV, "TTSLOG_CACHE_DIR": str(tmp_path / "index")}, scratch=tmp_path)


@pytest.mark.parametrize("shape", ["native", "mixed"])
def test_the_same_seed_gives_the_same_bytes(sets, tmp_path, shape):
    again = log_set(tmp_path, shape, 1)

    assert again.truth == sets[shape].truth
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in sets[shape].files]


def test_another_seed_gives_other_requests(sets, tmp_path):
    assert log_set(tmp_path, "native", 1, seed=2).truth.needle != sets["native"].truth.needle


def test_a_set_that_is_there_is_not_made_again(tmp_path):
    first = log_set(tmp_path, "native", 1)
    first.files[0].write_bytes(b"left alone")

    assert log_set(tmp_path, "native", 1).files[0].read_bytes() == b"left alone"


def test_a_set_is_ten_rotated_files_and_a_live_one_of_about_the_size_asked_for(sets):
    logs = sets["native"]

    assert [path.name for path in logs.files] == [*(f"app.log.{n}.gz" for n in range(10, 0, -1)), "app.log"]
    assert logs.truth.bytes == pytest.approx(1e6, rel=0.15)


@pytest.mark.parametrize("shape", ["native", "spaced"])
def test_the_lines_of_the_service_lint_clean(sets, shape):
    argv = [*TTSLOG, "lint", "--json", "--strict", str(sets[shape].folder)]
    linted = subprocess.run(argv, capture_output=True, text=True, env=ENV, check=False)

    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert json.loads(linted.stdout)["reading"]["lines"] == sets[shape].truth.lines


@pytest.mark.parametrize("shape", ["native", "mixed"])
def test_ttslog_answers_what_the_generator_counted(sets, table, shape):
    logs = sets[shape]
    peers = Peers(logs, table.scratch / "lnav")
    asked = questions(logs, TTSLOG, peers) if shape == "native" else questions_of_shape(logs, TTSLOG, peers)

    outcomes = table.ask([_only(question, {OURS}) for question in asked])

    assert [(o.question, o.trouble, o.disagrees) for o in outcomes] == [(q.name, "", "") for q in asked]


def test_the_index_gives_the_same_answers(sets, table):
    logs = sets["native"]
    made, indexed = with_index(table, logs, TTSLOG)
    asked = [q for q in questions(logs, TTSLOG, Peers(logs, table.scratch / "lnav")) if q.name in {"trace", "stages"}]

    outcomes = indexed.ask([_only(question, {OURS_FROM_INDEX}) for question in asked])

    assert not made.trouble
    assert [(o.question, o.trouble, o.disagrees) for o in outcomes] == [(q.name, "", "") for q in asked]


def _only(question, names):
    return replace(question, commands=[command for command in question.commands if command.name in names])


def _says(name, number):
    return Command(name, ["echo", str(number)], lambda path: int(path.read_text()))


def test_an_answer_that_is_not_the_truth_fails_the_benchmark(table, tmp_path):
    outcomes = table.ask([Question("how many", 2, [_says("right", 2), _says("wrong", 3)])])

    assert [outcome.disagrees for outcome in outcomes] == ["", "WRONG: 3, not 2"]
    assert finish(outcomes, tmp_path / "kept.json") == 1


def test_the_table_says_whether_all_answers_agree(table, sets):
    right, wrong = table.ask([Question("how many", 2, [_says("right", 2), _says("wrong", 3)])])

    assert "All answers agree." in markdown([right], sets["native"], {})
    assert "Wrong answers: how many of wrong." in markdown([right, wrong], sets["native"], {})


def test_where_nobody_knows_the_truth_all_have_to_agree(table):
    first, second = table.ask([Question("how many", None, [_says("one", 2), _says("other", 3)])])

    assert (first.disagrees, second.disagrees) == ("", "WRONG: 3, not 2")


def test_a_program_that_is_missing_is_left_out_by_name_with_how_to_get_it(table, tmp_path):
    missing = Command("rival", ["rival"], lambda _: 0, "no-such-program", "apt-get install rival")

    (outcome,) = table.ask([Question("how many", 0, [missing])])

    assert outcome.trouble == "not installed: apt-get install rival"
    assert finish([outcome], tmp_path / "kept.json") == 0


@pytest.mark.parametrize(
    ("said", "code", "trouble"),
    [("Error: No such option: --no-cache", 2, NOT_AVAILABLE), ("out of memory", 1, "failed, exit code 1")],
)
def test_an_option_that_is_not_there_yet_is_no_failure_but_a_crash_is(table, said, code, trouble):
    command = Command("ttslog", ["sh", "-c", f"echo '{said}' >&2; exit {code}"], lambda _: 0)

    (outcome,) = table.ask([Question("how many", 0, [command])])

    assert outcome.trouble.startswith(trouble)
    assert outcome.is_failure == (code == 1)


def test_memory_and_processor_time_of_what_a_command_starts_are_counted(tmp_path):
    hungry = f"{sys.executable} -c 'import time; held = b\"x\" * 80_000_000; sum(range(3_000_000)); time.sleep(0.1)'"

    run = measure(["sh", "-c", f"{hungry}; true"], tmp_path / "out", tmp_path / "err", ENV)

    assert run.exit_code == 0
    assert 80 < run.peak_mb < 160
    assert run.cpu_s > 0


def test_only_what_stands_between_the_markers_is_written(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n")

    write_between(page, "bench", "new | table")
    write_between(page, "bench", "newer")

    assert page.read_text() == "before\n<!-- bench:begin -->\nnewer\n<!-- bench:end -->\nafter\n"


def test_a_page_without_markers_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- bench:begin --> and no end")

    with pytest.raises(NoMarkers, match="bench:end"):
        write_between(page, "bench", "new")
    assert page.read_text() == "<!-- bench:begin --> and no end"


def test_the_table_holds_ours_against_each_peer_and_the_goals(sets, tmp_path):
    run = measure(["true"], tmp_path / "out", tmp_path / "err", ENV)
    seconds = {OURS: 1.0, OURS_FROM_INDEX: 0.25, "rg -z": 2.0, "zcat | jq": 4.0}
    outcomes = [Outcome("trace", name, [replace(run, wall_s=wall_s)]) for name, wall_s in seconds.items()]

    text = markdown(outcomes, sets["native"], {"cores": "2"})

    rows = [[cell.strip() for cell in line.split(" | ")] for line in text.splitlines() if line.startswith("| trace")]
    assert [row[1] for row in rows[:4]] == [f"**{OURS}**", f"**{OURS_FROM_INDEX}**", "rg -z", r"zcat \| jq"]
    assert [row[-2:] for row in rows[2:4]] == [["0.50 x", "0.12 x |"], ["0.25 x", "0.06 x |"]]
    assert "trace: ttslog / rg -z | 0.35 x | 0.50 x | **no** |" in text
    assert "trace: ttslog, from the index | 0.35 s | 0.25 s | yes |" in text


def test_the_plot_of_growth_is_one_svg_with_a_curve_for_each_command_and_measure():
    series = [
        Series(question, command, [(0.1, 0.2, 40.0), (5.0, 1.4, 44.0)])
        for question in ("trace", "report")
        for command in (OURS, OURS_FROM_INDEX, "rg -z")
    ]

    root = ET.fromstring(plot(series))

    assert len(root.findall("{*}polyline")) == 2 * 3 * 2
    assert len(root.findall("{*}circle")) == 2 * 3 * 2 * 2
    assert "prefers-color-scheme: dark" in root.findtext("{*}style")
