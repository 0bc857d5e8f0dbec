// The page: what was chosen goes to the service; what comes back is heard, and its life is followed meanwhile.
import { drawLife, element, notice, showStatus } from "./life.js";
import { learnReferences, sayReferences } from "./reference.js";
import * as service from "./service.js";
import { language, say, speakLanguage } from "./words.js";

const part = (id) => document.getElementById(id);
let model = null; // what the engine really has: voices, speeds, the longest text
let asked = null; // the request under way or over: what is known of it, to be drawn again in another language
let copiedTimer = 0;

// --- what can be chosen ------------------------------------------------------------------------------

async function learnModel() {
  const answer = await service.ask("v1/models");
  part("key-part").hidden = answer.status !== 401;
  if (answer.ok) offer((await answer.json()).data[0]);
}

function offer(found) {
  model = found;
  part("voice").replaceChildren(...model.voices.map((voice) => element("option", `${voice} · ${model.languages[voice]}`, { value: voice })));
  const speed = part("speed");
  [speed.min, speed.max] = [model.speeds.slowest, model.speeds.fastest];
  speed.value = 1;
  speed.disabled = speed.min === speed.max;
  offerEmotions();
  learnReferences(model.reference_audio);
  showChoices();
}

function offerEmotions() {
  const chosen = part("emotion").value;
  part("feeling").hidden = model.emotions.length === 0;
  part("emotion").replaceChildren(element("option", say("own_emotion"), { value: "" }), ...model.emotions.map((name) => element("option", name)));
  part("emotion").value = chosen;
}

function showChoices() {
  part("speed-shown").textContent = `${Number(part("speed").value).toFixed(2)}×`;
  if (!model) return;
  const count = Array.from(part("text").value).length;
  part("engine").textContent = `${model.id} · ${model.owned_by} · ${model.device}`;
  part("count").textContent = say("characters", { count, most: model.max_characters });
  part("intensity-shown").textContent = Number(part("intensity").value).toFixed(2);
  part("count").classList.toggle("over", count > model.max_characters);
}

// --- one request -------------------------------------------------------------------------------------

function begin() {
  asked?.following.abort();
  asked = { id: service.newRequestId(), sending: new AbortController(), following: new AbortController(), life: null, failure: null, over: false };
  part("nothing").hidden = true;
  part("request").hidden = false;
  part("request-id").textContent = asked.id;
  part("command").textContent = `ttslog trace ${asked.id}`;
  part("audio").pause();
  for (const id of ["stages", "failure", "sound", "on-the-server"]) part(id).hidden = true;
  part("facts").replaceChildren();
  part("warnings").replaceChildren();
  showStatus("run", say("running"));
  busy(true);
  return asked;
}

function busy(working) {
  part("speak").disabled = working;
  part("stop").hidden = !working;
}

async function speak(event) {
  event.preventDefault();
  if (part("speak").disabled) return;
  const mine = begin();
  const following = service.follow(mine.id, {
    shown: (life) => { mine.life = life; draw(mine); },
    answered: () => mine.over,
    signal: mine.following.signal,
  });
  await hear(mine);
  mine.over = true;
  busy(false);
  const told = await following;
  if (asked !== mine || mine.failure?.unlogged) return;
  if (!told) fail(mine, { ...mine.failure, words: "untold" });
  else if (mine.life.request.under_way) showStatus("warning", say("endless"));
}

async function hear(mine) {
  const order = { model: model?.id ?? "", input: part("text").value, voice: part("voice").value, speed: Number(part("speed").value) };
  if (part("emotion").value) Object.assign(order, { emotion: part("emotion").value, intensity: Number(part("intensity").value) });
  try {
    const answer = await service.speech(order, mine.id, mine.sending.signal);
    if (answer.ok) play(await answer.blob(), mine.id);
    else refuse(mine, answer.status, (await answer.json()).error);
  } catch {
    if (!mine.sending.signal.aborted) fail(mine, { words: "unheard", status: "unanswered" });
  }
}

function play(sound, id) {
  URL.revokeObjectURL(part("audio").src);
  part("audio").src = part("save").href = URL.createObjectURL(sound);
  part("save").download = `${id}.wav`;
  part("sound").hidden = false;
  part("audio").play().catch(() => {}); // where the browser wants the listener to press play, it says so itself
}

function refuse(mine, status, error) {
  if (status !== 401) return fail(mine, { code: error.code, said: error.message });
  mine.following.abort(); // who may not ask is not in the log as a request
  part("key-part").hidden = false;
  part("key").focus();
  fail(mine, { code: error.code, words: part("key").value ? "key_wrong" : "key_missing", status: "refused", unlogged: true });
}

function fail(mine, failure) {
  mine.failure = failure;
  draw(mine);
}

function draw(mine) {
  if (asked !== mine) return;
  const { life, failure } = mine;
  if (life) drawLife(life);
  part("on-the-server").hidden = !life;
  if (failure && (!life || life.request.under_way)) showStatus("bad", say(failure.status ?? "failed"));
  const code = failure?.code ?? life?.request.error_code;
  part("failure").hidden = !failure && !code;
  if (failure || code) {
    const said = failure?.words ? say(failure.words) : failure?.said;
    part("failure").replaceChildren(...notice("bad", code, life?.codes[code], said).childNodes);
  }
}

// --- events ------------------------------------------------------------------------------------------

async function copyId() {
  await copied(asked.id);
  part("copy").textContent = say("copied");
  clearTimeout(copiedTimer);
  copiedTimer = setTimeout(() => { part("copy").textContent = say("copy"); }, 1500);
}

// Pages that came over plain HTTP from another machine have no clipboard of their own: the id is selected instead.
async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  getSelection().selectAllChildren(part("request-id"));
  return document.execCommand("copy");
}

function changeLanguage(chosen) {
  speakLanguage(chosen);
  showChoices();
  sayReferences();
  if (model) offerEmotions();
  if (!asked) return;
  if (!asked.life && !asked.failure) showStatus("run", say("running"));
  draw(asked);
}

function enterKey() {
  service.useKey(part("key").value);
  learnModel();
}

part("order").addEventListener("submit", speak);
part("order").addEventListener("input", showChoices);
part("stop").addEventListener("click", () => asked.sending.abort());
part("copy").addEventListener("click", copyId);
part("use-key").addEventListener("click", enterKey);
part("key").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  enterKey();
});
part("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) part("order").requestSubmit();
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => changeLanguage(button.dataset.language));
}
changeLanguage(language);
learnModel();
