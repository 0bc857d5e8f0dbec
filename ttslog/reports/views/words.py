"""The words of the commands' answers, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ttslog.lifecycle import Request

Lang = Literal["en", "zh"]

_WORDS: dict[str, tuple[str, str]] = {
    "request": ("request", "请求"),
    "requests": ("requests", "请求数"),
    "status": ("status", "状态"),
    "reason": ("reason", "原因"),
    "attempt": ("attempt", "第几次"),
    "used_again": (
        "The id was used again: this is attempt {shown} of {latest}, `--attempt N` shows another whole.",
        "这个 ID 被重复使用：此处为第 {shown} 次，共 {latest} 次；加 `--attempt N` 可查看其他各次的全部内容。",
    ),
    "start": ("start", "开始"),
    "end": ("end", "结束"),
    "duration": ("duration", "耗时"),
    "last_stage": ("last stage", "最后阶段"),
    "audio": ("audio", "音频时长"),
    "rtf": ("real-time factor", "实时率"),
    "cache": ("cache", "缓存"),
    "hit": ("hit", "命中"),
    "miss": ("miss", "未命中"),
    "saved": ("saved", "已写入"),
    "not_saved": ("not saved", "未写入"),
    "text_len": ("text length", "文本字数"),
    "voice": ("engine, voice", "引擎与音色"),
    "warnings": ("warnings", "警告"),
    "joined_by": ("joined by", "关联依据"),
    "lines": ("log lines", "日志行"),
    "time": ("time", "时间"),
    "event": ("event", "事件"),
    "detail": ("detail", "详情"),
    "source": ("source", "出处"),
    "cause": ("Cause", "原因"),
    "remedy": ("Remedy", "处理办法"),
    "conflict": ("The lines contradict each other", "日志前后矛盾"),
    "unverified": (
        "Some of its lines come from a damaged file or a torn line: the numbers may be wrong.",
        "部分日志行来自损坏的文件或残缺的行，数字可能不准。",
    ),
    "neighbours": ("{count} other requests ran at the same time.", "同一时间还有 {count} 个请求在处理。"),
    "killed": ("worker killed", "工作进程被杀"),
    "restarted": ("service restarted", "服务重启"),
    "log_ended": ("the log ends here", "日志到此为止"),
    "unknown": ("unknown", "原因不明"),
    "error_code": ("error code", "错误码"),
    "count": ("count", "次数"),
    "share": ("share", "占比"),
    "first": ("first", "首次"),
    "last": ("last", "最近"),
    "stage": ("stage", "阶段"),
    "severity": ("severity", "级别"),
    "critical": ("critical", "致命"),
    "high": ("high", "高"),
    "medium": ("medium", "中"),
    "low": ("low", "低"),
    "message": ("message", "消息"),
    "example": ("newest request", "最近的请求"),
    "log": ("access log", "访问日志"),
    "http_status": ("answered", "响应码"),
    "newest_line": ("newest line", "最近一行"),
    "answers_title": (
        "What clients were answered, by the access logs:",
        "客户端收到的响应（依据访问日志）：",
    ),
    "answers_beside": (
        "not in these rows: {failed} of {answers} answers in access logs brought no audio (see --json)",
        "以上各行之外：访问日志的 {answers} 个响应中有 {failed} 个没有返回音频（见 --json）",
    ),
    "answers_untimed": (
        "Some access lines have no time, and so are in no window: leave out --since and --until to count them.",
        "有些访问日志行没有时间，不属于任何时间段：去掉 --since 和 --until 才会统计。",
    ),
    "answered_alone": (
        "Only a web server wrote about it: the service never heard of it, or its log is not among these.",
        "只有 Web 服务器或网关写过这个请求：它没有到达服务，或者服务日志不在所查的文件里。",
    ),
    "loose_lines": ("other lines", "无请求的行"),
    "window": ("window", "时间段"),
    "since": ("asked from", "起始（指定）"),
    "until": ("asked to", "截止（指定）"),
    "success": ("success", "成功"),
    "failed": ("failed", "失败"),
    "aborted": ("aborted", "中断"),
    "incomplete": ("incomplete", "未完成"),
    "orphan": ("orphan", "缺少开头"),
    "bad_audio": ("success, but bad audio", "成功但音频异常"),
    "error_rate": ("error rate", "失败率"),
    "more_advice": (
        "Cause and remedy of {count} more codes: `ttslog explain CODE`.",
        "另有 {count} 个错误码的原因和处理办法未列出，可用 `ttslog explain CODE` 查看。",
    ),
    "no_requests": ("No request in this window.", "该时间段内没有请求。"),
    "no_requests_at_all": (
        "No request in these logs: `ttslog lint` says what their lines lack.",
        "日志中没有请求：`ttslog lint` 会指出日志行缺少什么。",
    ),
    "answers_alone": (
        "No request in these logs, only access lines: what became of each is told by the service's own log.",
        "日志中没有请求，只有访问日志行：每个请求的经过要看服务自己的日志。",
    ),
    "no_errors": ("No error in this window.", "该时间段内没有错误。"),
    "whole_log": ("the whole log", "全部日志"),
    "older": (
        "{count} older requests are not shown: `-n 0` shows all.",
        "另有 {count} 个更早的请求未显示，`-n 0` 可显示全部。",
    ),
    "nothing_found": ("No request.", "没有请求。"),
    "no_stages_logged": ("No stage in this window.", "该时间段内没有阶段记录。"),
    "model_stage": ("stage", "阶段"),
    "stage_family": ("family", "阶段类别"),
    "unaccounted": ("unaccounted", "未归属"),
    "fault": ("fault of", "责任方"),
    "retryable": ("retry", "可否重试"),
    "frame": ("frame", "代码位置"),
    "because": ("because", "依据"),
    "line": ("line {number}", "第 {number} 行"),
    "harmless": (
        "Nothing in this text failed, or the work went on.",
        "这段文本里没有失败，或者处理已继续完成。",
    ),
    "unclassified": ("an error of no known kind", "未归类的错误"),
    "server": ("server", "服务端"),
    "client": ("client", "调用方"),
    "upstream": ("upstream", "上游服务"),
    "yes": ("yes", "可以"),
    "no": ("no", "不可以"),
    "backoff": ("yes, after a pause", "可以，等待后重试"),
    "stopped_after": (
        "No line after {stage}: it stopped in whatever came next.",
        "{stage} 之后再没有日志：请求停在了下一个环节。",
    ),
    "stopped_at_once": ("No stage was ever logged.", "没有任何阶段的日志。"),
}


def say(key: str, lang: Lang) -> str:
    """Return the words for a key; a key without words (a code, an engine's stage) stands for itself."""
    words = _WORDS.get(key)
    return key if words is None else words[lang == "zh"]


def say_outcome(request: Request, lang: Lang) -> str:
    """Return the words for a status and, of one that never ended, for the reason; of an orphan, for how it ended."""
    more = request.outcome if request.status == "orphan" else request.reason
    status = say(request.status, lang)
    if more is None:
        return status
    return f"{status}（{say(more, lang)}）" if lang == "zh" else f"{status} ({say(more, lang)})"


def listed(parts: Iterable[str], lang: Lang) -> str:
    """Return parts of a sentence as one enumeration."""
    return ("、" if lang == "zh" else ", ").join(parts)
