// @ts-check
/** What the page asks of the server, and what it is told. */

/** A request that was refused; its message is the server's one line. */
export class Refused extends Error {
  /** @param {number} status @param {string} line */
  constructor(status, line) {
    super(line);
    this.status = status;
  }
}

/**
 * An array that came with an answer.
 * @typedef {{name: string, shape: number[], values: Float32Array | Uint8Array, lo?: number, hi?: number}} FvArray
 */

/**
 * Asks a room for something.
 * @param {string} door the room and the action, such as "draw/see"
 * @param {object | Uint8Array} body what is sent: JSON or bytes
 * @returns {Promise<any>} the JSON of the answer; where arrays came with it, they are in `arrays`, by name; undefined where it is not due yet
 */
export async function ask(door, body = {}) {
  const bytes = body instanceof Uint8Array || body instanceof Blob;
  const response = await fetch(`/api/${door}`, {
    method: 'POST',
    headers: { 'X-Fovea': '1', 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' },
    body: bytes ? /** @type {any} */ (body) : JSON.stringify(body),
  });
  if (!response.ok) throw new Refused(response.status, (await response.text()).trim());
  if (response.status === 204) return undefined;
  return response.headers.get('Content-Type') === 'application/json' ? response.json() : open(await response.arrayBuffer());
}

/**
 * Asks what would still be asked when the answer comes: of what is asked otherwise by then, it returns nothing.
 * @param {string} door @param {() => object} question
 * @returns {Promise<any>}
 */
export async function askStill(door, question) {
  const asked = JSON.stringify(question()), still = () => asked === JSON.stringify(question());
  try {
    const answer = await ask(door, question());
    return still() ? answer : undefined;
  } catch (e) {
    if (still()) throw e;
  }
}

/**
 * Asks until there is an answer: what is shown of a training that runs waits until it is due.
 * @param {string} door @param {object} body
 * @returns {Promise<any>}
 */
export async function askUntilDue(door, body = {}) {
  for (;;) {
    const answer = await ask(door, body);
    if (answer) return answer;
  }
}

/** Returns what a bundle holds; of bytes that are none, the bytes. @param {ArrayBuffer} buffer */
function open(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== 0x31425646) return new Uint8Array(buffer);
  const length = view.getUint32(4, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  /** @type {Record<string, FvArray>} */
  const arrays = {};
  for (const a of head.arrays) {
    const count = a.shape.reduce((/** @type {number} */ p, /** @type {number} */ n) => p * n, 1);
    const at = 8 + length + a.at;
    const values = a.type === 'f32' ? new Float32Array(buffer, at, count) : new Uint8Array(buffer, at, count);
    arrays[a.name] = { ...a, values };
  }
  return { ...head, arrays };
}

/** Returns the numbers of an array, whether they came as bytes or not. @param {FvArray} a */
export function numbers(a) {
  if (a.values instanceof Float32Array || a.lo === undefined || a.hi === undefined) return Float32Array.from(a.values);
  const step = (a.hi - a.lo) / 255;
  return Float32Array.from(a.values, (q) => a.lo + step * q);
}

/** @type {Map<string, Set<() => void>>} */
const listeners = new Map();
/** @type {EventSource | undefined} */
let source;

/**
 * Calls a function whenever a topic has something new, while the page is seen.
 * @param {string} topic @param {() => void} then
 * @returns {() => void} ends it
 */
export function listen(topic, then) {
  const all = listeners.get(topic) ?? new Set();
  listeners.set(topic, all.add(then));
  return () => all.delete(then);
}

/** Opens the stream of events while the page is seen; a hidden page costs nobody anything. @param {(open: boolean) => void} lamp */
export function connect(lamp) {
  const follow = () => {
    if (document.hidden) {
      source?.close();
      source = undefined;
    } else if (!source) {
      source = new EventSource('/api/events');
      source.onopen = () => lamp(true);
      source.onerror = () => lamp(false);
      source.addEventListener('ready', (e) => listeners.get(JSON.parse(e.data).topic)?.forEach((then) => then()));
    }
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

/** Exchanges the token in the address for a cookie, and takes it out of the address. */
export async function enter() {
  const state = new URLSearchParams(location.hash.slice(1));
  const token = state.get('token');
  if (!token) return;
  await ask('session', { token });
  state.delete('token');
  history.replaceState(null, '', `#${state}`);
}

/** Gives the user a file. @param {string} name @param {Uint8Array | string} content */
export function keep(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([/** @type {any} */ (content)]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
