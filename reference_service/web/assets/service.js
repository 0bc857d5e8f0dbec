// The calls to the service; the key lives in this module's memory and nowhere else.
let key = "";

export function useKey(given) {
  key = given;
}

// As the service makes its own ids: 64 random bits, so that nobody guesses whose request this is.
export function newRequestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return "ts_" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A header holds bytes, each given as a character: the key goes as UTF-8, as other programs send it.
function authorization() {
  return key ? { Authorization: `Bearer ${String.fromCharCode(...new TextEncoder().encode(key))}` } : {};
}

export function ask(path, options = {}) {
  const headers = { ...options.headers, ...authorization() };
  return fetch(path, { ...options, headers, cache: "no-store" });
}

// What the catalogue says of an error code, in both languages; undefined where it does not know it.
export async function explain(code) {
  const answer = await ask(`codes/${code}`);
  return answer.status === 200 ? answer.json() : undefined;
}

export function speech(order, requestId, signal) {
  const headers = { "Content-Type": "application/json", "X-Request-ID": requestId };
  return ask("v1/audio/speech", { method: "POST", headers, body: JSON.stringify(order), signal });
}

const FIRST_WAIT_MS = 120;
const LONGEST_WAIT_MS = 1000;
const PATIENCE = 8; // looks without a trace in the log, once the answer is there

// Tell `shown` what the log says of a request until it has ended; `answered` says whether its answer is there.
export async function follow(requestId, { shown, answered, signal }) {
  let unseen = 0;
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 1.15, LONGEST_WAIT_MS)) {
    const life = await lifeOf(requestId, signal);
    if (life) shown(life);
    if (life && !life.request.under_way) return true;
    if (answered() && ++unseen > PATIENCE) return Boolean(life);
    await new Promise((done) => setTimeout(done, wait));
  }
  return false;
}

// What the log says now; null where it says nothing, is being asked by too many, or cannot be reached at the moment.
async function lifeOf(requestId, signal) {
  try {
    const answer = await ask(`requests/${requestId}`, { signal });
    return answer.status === 200 ? await answer.json() : null;
  } catch {
    return null;
  }
}
