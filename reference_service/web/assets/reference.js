// A recording as a voice: sent with consent, chosen like any other voice, and said until when it is kept.
import { element, notice } from "./life.js";
import { ask, explain } from "./service.js";
import { language, say } from "./words.js";

const part = (id) => document.getElementById(id);
let bounds = null; // of a recording, in seconds; null where the engine has fixed voices
let latest = null; // what became of the latest upload

export function learnReferences(found) {
  bounds = found;
  part("reference").hidden = !bounds;
  sayReferences();
}

export function sayReferences() {
  if (!bounds) return;
  part("file-label").textContent = say("reference_file", { shortest: bounds.shortest_seconds, longest: bounds.longest_seconds });
  for (const option of document.querySelectorAll("#voice [data-uploaded]")) option.textContent = `${say("uploaded")} · ${option.dataset.uploaded}`;
  if (latest) part("uploaded").replaceChildren(latest.error ? refusal(latest.error) : element("p", say("kept_until", { time: local(latest.remove_at) })));
}

const local = (time) => new Date(time).toLocaleString(language === "zh" ? "zh-CN" : "en");

function refusal(error) {
  return notice("bad", error.code, error.explained, error.message);
}

async function upload(event) {
  event.preventDefault();
  const form = new FormData();
  form.append("file", part("file").files[0]);
  form.append("consent", String(part("consent").checked));
  try {
    latest = await (await ask("v1/audio/references", { method: "POST", body: form })).json();
    if (latest.error) latest.error.explained = await explain(latest.error.code);
  } catch {
    latest = { error: { code: null, message: say("unheard") } };
  }
  if (latest.id) offer(latest.id);
  sayReferences();
}

function offer(id) {
  part("voice").append(element("option", "", { value: id, "data-uploaded": part("file").files[0].name }));
  part("voice").value = id;
  part("reference").reset();
}

part("reference").addEventListener("submit", upload);
