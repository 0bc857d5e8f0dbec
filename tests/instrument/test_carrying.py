"""Work that a request gives to threads is told under its id."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from ttslog.instrument import bind_request, carried, get_logger, synthesis

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
