"""Which statement of a text tells the cause: what counts as a failure, and which failure lies deepest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ttslog.signatures._index import PatternSet
from ttslog.signatures._lines import LOUD, QUIET
from ttslog.signatures._requests import request_id
from ttslog.signatures._rules import LIKELY, PROVEN, Match, Rules
from ttslog.signatures._statements import Statement

_OUTER = 1.2  # what a wrapper says counts this much less than what it wraps
_LATER = 0.6  # a later failure is more often a consequence
_NESTED = 0.3  # "Underlying error: X" is X
_STOPS = frozenset(("KeyboardInterrupt", "GeneratorExit", "CancelledError"))
_STEPS = frozenset(
    (*_STOPS, "StopIteration", "StopAsyncIteration", "BlockingIOError", "ExceptionGroup", "BaseExceptionGroup")
)
_CAUSE = re.compile(
    r"(?:underlying error|caused by|original error|root cause|actual error|following error[^:\n]{0,60}"
    r"|原始错误|根本原因|原因)\s?[:：(]\s?",
    re.IGNORECASE,
)
# Of a line without a level only this much says by itself that something failed: many libraries print in alarm.
_SAYS_SO = re.compile(
    r"^\W{0,4}(?:(?:fatal|unhandled|uncaught|internal) )?(?:error|exception|fatal|panic)\b(?![\w-])"
    r"|^\W{0,4}[\w ]{0,40}\bfailed\W{0,3}$"
    r"|^\W{0,4}(?:错误|异常|报错)\s?[:：]|(?:失败|出错|异常|崩溃)\W{0,2}$",
    re.IGNORECASE,
)
_ENDED = re.compile(r"HTTP/[\d.]+\W{1,3}\d{3}\b.{0,60}|\berror_code=\w+|\bstatus=failed\b.*")
_FAILED = re.compile(r"\bstatus=failed\b")
_SUCCESS = re.compile(r"\bstatus=success\b")


class Matchers(NamedTuple):
    """The catalogue made ready to be asked."""

    rules: Rules
    harmless: PatternSet
    recovered: PatternSet


class Judged(NamedTuple):
    """A failure and the code it proves; `match` is None when nothing known fits."""

    statement: Statement
    match: Match | None
    rival: Match | None


class _WentOn(NamedTuple):
    """The last lines that say that work went on, or succeeded, by the request they name (empty for none)."""

    recovered: dict[str, int]
    succeeded: dict[str, int]

    def after(self, failure: Statement) -> bool:
        """Whether the work that failed went on: what another request reached says nothing about it."""
        if not self.recovered and not self.succeeded:
            return False
        request = request_id(failure.log_lines)
        if not request:
            return max(self.recovered.values(), default=-1) >= failure.last
        own = (self.recovered.get(""), self.recovered.get(request), self.succeeded.get(request))
        return any(last is not None and last >= failure.last for last in own)


def judge(statements: Sequence[Statement], matchers: Matchers) -> Judged | None:
    """Return the failure that lies deepest, None when nothing failed or the work went on."""
    weighed = [(statement, _matches(statement, matchers.rules)) for statement in statements]
    failures = [pair for pair in weighed if _is_failure(*pair, matchers.harmless)]
    went_on = _went_on([statement for statement, _ in failures], statements, matchers.recovered)
    failures = [pair for pair in failures if not went_on.after(pair[0])]
    said = [statement for statement, _ in failures]
    scored = [
        (matches[0].score - _distance(statement, said), Judged(statement, matches[0], _rival(matches)))
        for statement, matches in failures
        if matches
    ]
    if scored:
        return max(scored, key=lambda pair: pair[0])[1]
    return Judged(_root(said), None, None) if said else None


def _matches(statement: Statement, rules: Rules) -> list[Match]:
    text = statement.text
    if statement.level in QUIET and not statement.type:
        ended = _ENDED.search(text)
        text = ended.group() if ended else ""
    if not text:
        return []
    nested = _CAUSE.search(text)
    if nested:
        inner = rules.match(text[nested.end() :], f"{text}\n{statement.place}")
        if inner and inner[0].weight >= LIKELY:
            return [match._replace(score=match.score + _NESTED) for match in inner]
    return rules.match(text, statement.place, statement.type)


def _is_failure(statement: Statement, matches: Sequence[Match], harmless: PatternSet) -> bool:
    """Whether a statement says that something failed: exceptions and loud lines do, others if it is known."""
    if statement.type:
        return statement.type.rpartition(".")[2] not in _STOPS and not _clean_exit(statement)
    weight = matches[0].weight if matches else 0.0
    loud = statement.level in LOUD
    if harmless.search(statement.message):
        return loud and weight >= PROVEN
    if loud or weight >= LIKELY or _FAILED.search(statement.message):
        return True
    return statement.level == "" and _SAYS_SO.search(statement.message) is not None


def _clean_exit(statement: Statement) -> bool:
    return statement.type == "SystemExit" and statement.message in ("", "0", "130", "143")


def _went_on(failures: Sequence[Statement], statements: Sequence[Statement], recovered: PatternSet) -> _WentOn:
    went_on = _WentOn({}, {})
    failed = {failure.first for failure in failures}
    for said in statements if failures else ():
        if said.type or said.first < failures[0].first:
            continue
        if recovered.search(said.message):
            went_on.recovered[request_id(said.log_lines[:1])] = said.last
        elif said.first not in failed and _SUCCESS.search(said.message):
            went_on.succeeded[request_id(said.log_lines[:1])] = said.last
    return went_on


def _distance(statement: Statement, failures: Sequence[Statement]) -> float:
    """Return by how much a failure's word counts less for standing above or behind another one."""
    if statement.chain:
        chain = [other for other in failures if other.chain == statement.chain]
        return 0.0 if statement is _root(chain) else _OUTER
    follows = any(other.chain and other.first == statement.last + 1 for other in failures)
    if follows:
        return _OUTER
    return 0.0 if statement is failures[0] else _LATER


def _root(chain: Sequence[Statement]) -> Statement:
    """Return the first failure that is more than a step of control flow."""
    causes = [statement for statement in chain if statement.type.rpartition(".")[2] not in _STEPS]
    return (causes or list(chain))[0]


def _rival(matches: Sequence[Match]) -> Match | None:
    return next((match for match in matches if match.code != matches[0].code), None)
