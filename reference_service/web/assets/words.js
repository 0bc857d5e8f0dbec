// The words of the page, in English and Chinese: one key, two texts.
const WORDS = {
  title: ["Text to speech", "语音合成"],
  ask: ["What to say", "合成内容"],
  text: ["Text", "文本"],
  voice: ["Voice", "音色"],
  speed: ["Speed", "语速"],
  speak: ["Speak", "合成"],
  stop: ["Stop", "停止"],
  shortcut: ["or Ctrl + Enter", "或按 Ctrl + Enter"],
  sound: ["The sound", "合成的音频"],
  save: ["Save the WAV file", "下载 WAV 文件"],
  characters: ["{count} of {most} characters", "{count} / {most} 字"],
  key: ["API key", "API 密钥"],
  use_key: ["Use it", "使用"],
  key_note: [
    "Kept in this page until you close or reload it, and nowhere else.",
    "密钥只保存在当前页面的内存中，关闭或刷新后即失效。",
  ],
  key_wrong: ["The service does not know this key.", "密钥不正确。"],
  key_missing: ["This service wants an API key.", "该服务需要 API 密钥。"],
  reference: ["Speak like a recording", "用录音克隆音色"],
  reference_file: ["WAV or FLAC, {shortest} to {longest} seconds", "WAV 或 FLAC，{shortest}～{longest} 秒"],
  consent: [
    "The person who is heard in it has consented. My address and the time are recorded.",
    "录音中的本人已同意用于语音合成。我的 IP 地址和上传时间会被记录。",
  ],
  upload: ["Upload", "上传"],
  uploaded: ["your recording", "您的录音"],
  kept_until: ["It can be chosen as a voice, and is removed at {time}.", "已加入音色列表，将于 {time} 删除。"],
  emotion: ["Emotion", "情感"],
  own_emotion: ["as in the voice", "与音色一致"],
  intensity: ["Intensity", "情感强度"],
  life: ["This request, as the service’s log tells it", "本次请求：服务日志实时还原"],
  nothing: [
    "Nothing was asked yet. Each stage will stand here as soon as it is done.",
    "还没有请求。合成开始后，每完成一个阶段就会显示在这里。",
  ],
  request_id: ["request id", "请求 ID"],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  stages: ["The stages of this request", "本次请求的各阶段"],
  stage: ["stage", "阶段"],
  duration: ["duration", "耗时"],
  on_the_server: ["On the server:", "在服务器上查看："],
  running: ["running", "进行中"],
  success: ["succeeded", "成功"],
  failed: ["failed", "失败"],
  aborted: ["stopped by the caller", "已被调用方中止"],
  incomplete: ["never finished", "未完成"],
  killed: ["its process was killed", "工作进程被杀"],
  restarted: ["the service restarted", "服务已重启"],
  refused: ["refused", "被拒绝"],
  unanswered: ["no answer", "无响应"],
  unheard: [
    "The service did not answer: it cannot be reached, or the connection broke.",
    "服务没有响应：无法连接，或连接中断。",
  ],
  untold: [
    "The newest log files do not know this request.",
    "最新的日志文件中没有这个请求。",
  ],
  endless: ["no end in the log", "日志中没有结束记录"],
  cause: ["Cause", "原因"],
  remedy: ["What to do", "处理办法"],
  said: ["The service says", "服务返回"],
  attempt: ["attempt", "第几次尝试"],
  whole: ["duration", "总耗时"],
  elsewhere: ["outside of stages", "未归属"],
  audio: ["audio", "音频时长"],
  rtf: ["real-time factor", "实时率"],
  queued: ["queued", "排队"],
  cache: ["cache", "缓存"],
  hit: ["hit", "命中"],
  miss: ["miss", "未命中"],
  saved: ["miss, saved", "未命中，已写入"],
  loudness: ["loudness (rms)", "响度（RMS）"],
  length: ["text length", "文本字数"],
  device: ["device", "设备"],
};

const LANGUAGES = ["en", "zh"];
const TAGS = { en: "en", zh: "zh-CN" };

export let language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

// Return the words for a key; a key without words is shown as it is.
export function say(key, values = {}) {
  const words = WORDS[key]?.[LANGUAGES.indexOf(language)] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Say everything that stands in the page itself in a language.
export function speakLanguage(chosen) {
  language = chosen;
  document.documentElement.lang = TAGS[chosen];
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.dataset.sayLabel));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  }
}
