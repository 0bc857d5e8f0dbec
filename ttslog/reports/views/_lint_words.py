"""What each rule of `lint` means: what is wrong, and what that costs, in English and Chinese."""

from __future__ import annotations

# rule -> (wrong, costs) in English, (wrong, costs) in Chinese
WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "no_requests": (
        ("no line tells of a request", "there is nothing to trace, count or report"),
        ("日志里看不到任何请求", "无法追踪、统计和生成报告"),
    ),
    "time_without_zone": (
        ("times are written without a zone", "read in another zone, or when the clocks change, they are hours off"),
        ("时间没有写时区", "换个时区读，或遇到夏令时，时间会差几个小时"),
    ),
    "line_without_request_id": (
        ("lines of requests have no request id", "`trace` has to guess whose they are, or loses them"),
        ("请求的日志行没有请求 ID", "`trace` 只能猜它属于哪个请求，或者干脆找不到"),
    ),
    "line_without_time": (
        ("lines have no time", "they fall out of every window, and what happened first stays unknown"),
        ("日志行没有时间", "任何时间段都选不到它们，先后顺序也无从判断"),
    ),
    "text_in_the_clear": (
        (
            "the text to speak is in the log",
            "whoever reads the log reads what callers wrote: log text_len and text_sha256",
        ),
        ("待合成的文本明文写进了日志", "能看日志的人就能看到用户写的内容，应改记 text_len 和 text_sha256"),
    ),
    "audio_in_the_clear": (
        ("audio is in the log", "a voice is personal data, and the lines are huge"),
        ("音频内容写进了日志", "声音属于个人信息，而且日志行会非常大"),
    ),
    "personal_data": (
        ("phone numbers, mail addresses, tokens or the like are in the log", "the log cannot be handed to anybody"),
        ("日志里有手机号、邮箱、令牌等个人信息", "这样的日志不能交给任何人"),
    ),
    "stage_without_duration": (
        ("stage lines have no duration", "the waterfall has gaps, and slow stages cannot be named"),
        ("阶段日志没有耗时", "瀑布图会有空缺，也说不出哪个阶段慢"),
    ),
    "duration_in_other_unit": (
        ("durations have another unit, or none, in their name", "they are not read: write milliseconds as duration_ms"),
        ("耗时字段不是毫秒，或名称里没写单位", "这些耗时读不出来，应以毫秒写入 duration_ms"),
    ),
    "error_below_warning": (
        ("errors are logged at level info or debug", "alerts that go by the level stay silent"),
        ("错误用 info 或 debug 级别记录", "按级别触发的告警不会响"),
    ),
    "error_level_on_success": (
        ("requests that succeeded are logged as errors", "alerts that go by the level cry wolf"),
        ("成功的请求用 error 级别记录", "按级别触发的告警会误报"),
    ),
    "line_without_level": (
        ("lines have no level", "warnings and errors cannot be told from the rest"),
        ("日志行没有级别", "无法把警告和错误与其他日志区分开"),
    ),
    "request_without_id": (
        ("requests have no id of their own", "their lines are put together by connection or order: a guess"),
        ("请求没有自己的 ID", "只能按连接或先后顺序拼接日志行，结果是猜的"),
    ),
    "request_without_start": (
        ("requests have an end but no start line", "queueing time and the true duration are unknown"),
        ("请求只有结束行，没有开始行", "排队时间和真实耗时都不知道"),
    ),
    "request_without_end": (
        ("requests have no end line", "a request that hangs cannot be told from one that was answered"),
        ("请求没有结束行", "分不清请求是卡住了还是已经返回"),
    ),
    "failure_without_code": (
        ("failures have no error code", "`top-errors` can only group them by their message"),
        ("失败的请求没有错误码", "`top-errors` 只能按报错文字归类"),
    ),
    "failure_without_stage": (
        ("failures do not say in which stage", "where to look first is unknown"),
        ("失败的请求没有写明所在阶段", "不知道该先查哪里"),
    ),
    "request_without_stages": (
        ("requests have no stage lines", "no waterfall: a slow request stays one number"),
        ("请求没有阶段日志", "画不出瀑布图，慢请求只剩一个总耗时"),
    ),
    "cumulative_stages": (
        (
            "stage times count from the start of the request",
            "own times have to be worked out, wrongly where stages overlap: log what each took by itself",
        ),
        ("阶段耗时是从请求开始累计的", "只能反推各阶段自身耗时，阶段重叠时会算错，应记录每个阶段自己的耗时"),
    ),
    "time_outside_of_stages": (
        ("more than half of the time is in no stage", "the slow part is not named by anything"),
        ("一半以上的时间不属于任何阶段", "慢在哪里，日志没有说"),
    ),
    "end_without_duration": (
        (
            "end lines have no duration_ms",
            "it is taken from the times of the lines, which lack what was before the first",
        ),
        ("结束行没有 duration_ms", "只能用日志行的时间相减，第一行之前的耗时会漏掉"),
    ),
    "audio_not_measured": (
        ("answers have no audio_seconds or audio_rms", "silent, cut and runaway audio answered with 200 stays unseen"),
        ("成功的请求没有 audio_seconds 或 audio_rms", "返回 200 但静音、截断或失控的音频发现不了"),
    ),
    "request_without_text_len": (
        ("requests have no text_len", "which lengths fail, and audio that is too short for its text, stay unseen"),
        ("请求没有 text_len", "看不出哪种长度的文本容易失败，也发现不了过短的音频"),
    ),
    "request_without_voice": (
        ("requests have no voice", "a broken voice cannot be told from a broken service"),
        ("请求没有音色", "分不清是某个音色坏了还是整个服务坏了"),
    ),
    "request_without_release": (
        ("requests have no release", "nobody can say whether the last deployment brought the errors"),
        ("请求没有版本号", "说不清错误是不是上次发布带来的"),
    ),
    "request_without_pid": (
        ("requests have no pid", "a request lost with its killed worker cannot be told from one that hangs"),
        ("请求没有进程号", "分不清请求是随进程一起被杀了还是卡住了"),
    ),
    "id_used_again": (
        ("request ids are used more than once", "`trace` shows several attempts, which may be different requests"),
        ("同一个请求 ID 用了多次", "`trace` 会列出多次尝试，它们可能是不同的请求"),
    ),
    "lines_contradict": (
        ("lines of one request contradict each other", "one of them is wrong, and counts rest on it"),
        ("同一请求的日志行互相矛盾", "其中必有一处是错的，而统计数字依赖于它"),
    ),
}
