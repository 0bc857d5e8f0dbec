// The life of a request as `/requests/<id>` tells it, drawn. Everything from the log is set as text, never as markup.
import { language, say } from "./words.js";

const part = (id) => document.getElementById(id);
const TONES = { success: "good", failed: "bad", aborted: "warning", incomplete: "bad" };

export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function milliseconds(value) {
  if (value >= 10000) return `${(value / 1000).toFixed(1)} s`;
  return `${value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function showStatus(tone, words) {
  part("status").dataset.tone = tone;
  if (part("status").textContent !== words) part("status").textContent = words; // read aloud only where it changes
}

export function drawLife({ request, stages, codes }) {
  if (request.under_way) showStatus("run", say("running"));
  else showStatus(TONES[request.status] ?? "warning", [request.status, request.reason].filter(Boolean).map((word) => say(word)).join(" · "));
  drawFacts(request);
  drawStages(request, stages);
  const warnings = (request.warning_codes ?? "").split(" ").filter(Boolean);
  part("warnings").replaceChildren(...warnings.map((code) => notice("warning", code, codes[code])));
}

function drawFacts(request) {
  const cache = request.cache_hit === null ? null : request.cache_hit ? "hit" : request.cache_saved ? "saved" : "miss";
  const facts = {
    attempt: request.attempt > 1 ? request.attempt : null, // browsers send again where a connection broke unanswered
    whole: request.duration_ms === null ? null : milliseconds(request.duration_ms),
    queued: request.queue_ms === null ? null : milliseconds(request.queue_ms),
    audio: request.audio_seconds === null ? null : `${request.audio_seconds.toFixed(2)} s`,
    rtf: request.rtf?.toPrecision(2),
    cache: cache && say(cache),
    loudness: request.audio_rms?.toFixed(3),
    length: request.text_len,
    device: request.device,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  part("facts").replaceChildren(
    ...known.map(([key, value]) => {
      const fact = element("div", undefined, { "data-fact": key });
      fact.append(element("dt", say(key)), element("dd", String(value)));
      return fact;
    }),
  );
}

// One lane a stage, in the order in which they were first done; a stage that ran for each sentence has a bar for each.
function drawStages(request, stages) {
  const start = Date.parse(request.start);
  const placed = stages.map((stage) => ({ ...stage, at: Math.max(0, Date.parse(stage.start) - start) }));
  const whole = request.duration_ms ?? Math.max(1, ...placed.map((stage) => stage.at + stage.duration_ms));
  part("stages").hidden = placed.length === 0;
  part("whole").textContent = milliseconds(whole);
  const lanes = Map.groupBy ? Map.groupBy(placed, (stage) => stage.model_stage) : grouped(placed);
  const rows = Array.from(lanes, ([name, runs]) => lane(name, runs, whole));
  if (request.unaccounted_ms !== null) rows.push(rest(request.unaccounted_ms));
  part("lanes").replaceChildren(...rows);
}

function grouped(stages) {
  const groups = new Map();
  for (const stage of stages) groups.set(stage.model_stage, [...(groups.get(stage.model_stage) ?? []), stage]);
  return groups;
}

function lane(name, runs, whole) {
  const row = element("tr", undefined, { "data-stage": name });
  if (runs.some((run) => run.error_type)) row.className = "failed";
  const head = element("th", name, { scope: "row" });
  if (runs.length > 1) head.append(element("span", `×${runs.length}`, { class: "runs" }));
  const axis = element("div", undefined, { class: "lane", "aria-hidden": "true" });
  axis.append(...runs.map((run) => bar(run, whole)));
  const cell = element("td");
  cell.append(axis);
  const total = runs.reduce((sum, run) => sum + run.duration_ms, 0);
  row.append(head, cell, element("td", milliseconds(total), { class: "right" }));
  return row;
}

function bar(run, whole) {
  const drawn = element("span", undefined, { class: "bar", "data-family": run.stage_family ?? "" });
  const left = Math.min(99.5, (100 * run.at) / whole);
  drawn.style.left = `${left}%`;
  drawn.style.width = `${Math.min(100 - left, (100 * run.duration_ms) / whole)}%`;
  return drawn;
}

function rest(unaccounted) {
  const row = element("tr", undefined, { class: "soft" });
  row.append(element("th", say("elsewhere"), { scope: "row" }), element("td"), element("td", milliseconds(unaccounted), { class: "right" }));
  return row;
}

// A code with its cause and remedy in the page's language, and what the service said of it where it said something.
export function notice(tone, code, explained, said) {
  const box = element("div", undefined, { class: `notice ${tone}` });
  if (code) box.append(element("code", code));
  const lines = [["said", said], ["cause", explained?.cause[language]], ["remedy", explained?.remedy[language]]];
  for (const [key, text] of lines.filter(([, text]) => text)) {
    const line = element("p", undefined, { "data-part": key });
    line.append(element("strong", `${say(key)}${language === "zh" ? "：" : ": "}`), text);
    box.append(line);
  }
  return box;
}
