"""Work that a request gives to threads is told under its id."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import Context
from inspect import isgeneratorfunction
from threading import Thread

import pytest

from ttslog.instrument import RotatingFile, bind_request, carried, configure, get_logger, stage, synthesis

TEXT = "Call Wei Zhang at 13812345678."


def quote(_number: int = 0) -> None:
    get_logger().info("aside", message=f"skipped {TEXT}")


def in_a_pool() -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(carried(quote), range(9)))


def in_a_thread() -> None:
    thread = Thread(target=carried(quote))
    thread.start()
    thread.join()


def in_a_loops_executor() -> None:
    async def run():
        await asyncio.get_running_loop().run_in_executor(None, carried(quote))

    asyncio.run(run())


@pytest.mark.parametrize("work", [in_a_pool, in_a_thread, in_a_loops_executor], ids=lambda work: work.__name__)
def test_lines_of_other_threads_have_the_id_and_not_the_text(written, work):
    bind_request("ts_1")
    with synthesis(TEXT):
        work()

    assert {line["request_id"] for line in written()} == {"ts_1"}
    assert "13812345678" not in str(written())


def test_what_a_call_binds_stays_in_that_call(written):
    bind_request("ts_1")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(carried(bind_request), "ts_2").result()
        pool.submit(carried(quote)).result()

    assert written()[0]["request_id"] == "ts_1"


def test_result_and_exception_come_back():
    assert carried(len)("four") == 4
    with pytest.raises(TypeError):
        carried(len)(4)


class Engine:
    @carried
    def name(self) -> str:
        return type(self).__name__


def test_a_method_may_be_carried():
    assert Engine().name() == "Engine"


def speak_in_a_worker(number: int) -> int:
    with stage("acoustic"):
        quote(number)
    return number


def configure_a_worker(path) -> None:
    configure("worker", RotatingFile(path))


def told_by_workers_of(path, start: str, *, give) -> list[dict]:
    """Let a pool of one process, begun by the request ts_0, work for two requests; return its lines."""
    configure_a_worker(path)
    of_processes = multiprocessing.get_context(start)
    with ProcessPoolExecutor(1, of_processes, initializer=configure_a_worker, initargs=(path,)) as pool:
        for request_id in ("ts_0", "ts_1"):
            bind_request(request_id)
            with synthesis(TEXT):
                assert pool.submit(give(speak_in_a_worker), 7).result() == 7
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    ours = next(line["pid"] for line in lines if line["event"] == "synthesis_start")
    return [line for line in lines if line["pid"] != ours]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_lines_of_other_processes_have_the_id_and_not_the_text(tmp_path, start):
    told = told_by_workers_of(tmp_path / "app.log", start, give=carried)

    assert [line["request_id"] for line in told] == ["ts_0", "ts_0", "ts_1", "ts_1"]
    assert "13812345678" not in str(told)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_lines_of_a_process_that_is_not_told_for_whom_it_works_are_no_requests(tmp_path, start):
    told = told_by_workers_of(tmp_path / "app.log", start, give=lambda function: function)

    assert [(line.get("model_stage"), line.get("request_id")) for line in told[1::2]] == [("acoustic", None)] * 2


@carried
def spoken(request_id: str):
    bind_request(request_id)
    with synthesis(TEXT), stage("outer"):
        for number in range(3):
            with stage("piece"):
                quote()
            yield number
    return "done"


def test_a_generator_whose_steps_know_nothing_of_each_other_is_one_request(written):
    """As Gradio runs it: each step in a copy of a context in which nothing is bound."""
    steps = {name: spoken(name) for name in ("ts_1", "ts_2")}
    assert [Context().run(next, steps[name]) for _ in range(3) for name in steps] == [0, 0, 1, 1, 2, 2]
    with pytest.raises(StopIteration) as end:
        Context().run(next, steps["ts_1"])
    steps["ts_2"].close()

    one, other = ([line for line in written() if line["request_id"] == name] for name in steps)
    assert end.value.value == "done"
    assert len(one) + len(other) == len(written())
    for lines in (one, other):
        told = [line["model_stage"] if line["event"] == "stage_time" else line["event"] for line in lines]
        assert told == ["synthesis_start", *["aside", "piece"] * 3, "outer", "synthesis_complete"]
    assert [lines[-1]["status"] for lines in (one, other)] == ["success", "aborted"]
    assert "13812345678" not in str(written())


def test_a_generator_that_nobody_waits_for_any_more_is_an_aborted_request(written):
    steps = spoken("ts_1")
    Context().run(next, steps)
    Context().run(steps.close)

    assert (written()[-1]["request_id"], written()[-1]["status"]) == ("ts_1", "aborted")


def test_a_generator_that_fails_says_so_to_its_caller_and_in_its_request(written):
    @carried
    def failing():
        bind_request("ts_1")
        with synthesis(TEXT):
            yield 1
            raise ValueError(TEXT)

    steps = failing()
    next(steps)
    with pytest.raises(ValueError, match="Wei Zhang"):
        next(steps)
    assert (written()[-1]["request_id"], written()[-1]["status"]) == ("ts_1", "failed")


def test_a_carried_generator_is_known_to_be_one():
    assert isgeneratorfunction(spoken)
