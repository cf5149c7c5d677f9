// @ts-check
/** Pictures: those of the workspace, those that are dropped, and the camera. */
import { ask } from './api.js';
import { html, t } from './dom.js';

/** @typedef {{id: string, name: string, size: number[], pixels: import('./api.js').FvArray, height: number, width: number, channels: number, values: Uint8Array}} Picture; `size` is that of the picture as it is open */

/** Returns a picture of the workspace, its longer side at most so many pixels. @param {string} id @param {number} most @returns {Promise<Picture>} */
export async function picture(id, most) {
  const answer = await ask('start/pixels', { id, most });
  const [height, width, channels] = answer.arrays.pixels.shape;
  return { id, name: answer.name, size: answer.size, pixels: answer.arrays.pixels, height, width, channels, values: answer.arrays.pixels.values };
}

/** What was drawn last into a canvas: a camera's pictures need no new memory each. @type {WeakMap<HTMLCanvasElement, ImageData>} */
const drawn = new WeakMap();

/** Draws bytes of 1 or 3 channels. @param {HTMLCanvasElement} canvas @param {{height: number, width: number, channels: number, values: ArrayLike<number>}} p */
export function drawPicture(canvas, p) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false })), { values, channels } = p;
  let image = drawn.get(canvas);
  if (!image || canvas.width !== p.width || canvas.height !== p.height) {
    Object.assign(canvas, { width: p.width, height: p.height });
    drawn.set(canvas, image = context.createImageData(p.width, p.height));
  }
  const pixels = new Int32Array(image.data.buffer); // all four bytes of a pixel at once: opaque, blue, green, red
  for (let i = 0, at = 0; i < pixels.length; i++, at += channels) pixels[i] = -0x1000000 | (channels === 1 ? values[at] * 0x10101 : (values[at + 2] << 16) | (values[at + 1] << 8) | values[at]);
  context.putImageData(image, 0, 0);
}

/** Draws a picture [H, W, C] that came with an answer. @param {Element | null} canvas @param {{shape: number[], values: ArrayLike<number>}} a */
export const drawArray = (canvas, { shape: [height, width, channels], values }) => drawPicture(/** @type {HTMLCanvasElement} */ (canvas), { height, width, channels, values });

/** Draws pictures [N, H, W, C] into the canvases that ask for them by number. @param {ParentNode} place @param {import('./api.js').FvArray | undefined} pictures */
export function drawSamples(place, pictures) {
  if (!pictures) return; // there are none to be shown
  const [, height, width, channels] = pictures.shape, each = height * width * channels;
  place.querySelectorAll('canvas[data-picture]').forEach((c) => {
    const i = Number(/** @type {HTMLElement} */ (c).dataset.picture);
    drawPicture(/** @type {HTMLCanvasElement} */ (c), { height, width, channels, values: pictures.values.subarray(i * each, (i + 1) * each) });
  });
}

/** Tells the shell what was chosen, which carries it to other rooms. @param {import('./rooms.js').Subject} subject */
const carry = (subject) => document.dispatchEvent(new CustomEvent('chosen', { detail: subject }));

/** A button that takes files, chosen or dropped. @param {string} label @param {string} accept @param {(files: FileList | null) => void} take */
const own = (label, accept, take) => html`<label class="button" @dragover=${(/** @type {DragEvent} */ e) => e.preventDefault()} @drop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files ?? null); }}>${label}
  <input type="file" accept=${accept} class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files)}></label>`;

/**
 * A chooser of pictures: those that are open, and a file of one's own.
 * @param {{id: string, name: string}[]} all @param {string} chosen
 * @param {(id: string) => void} choose @param {(error: unknown) => void} failed
 */
export function chooser(all, chosen, choose, failed) {
  const pick = (/** @type {string} */ id) => { carry({ picture: id }); choose(id); };
  const take = async (/** @type {FileList | null} */ files) => {
    try {
      for (const file of files ?? []) pick((await put(file)).id);
    } catch (e) {
      failed(e);
    }
  };
  return html`<div class="row"><label>${t('picture.picture')} <select name="picture" @change=${(/** @type {any} */ e) => pick(e.target.value)}>
      ${all.map((p) => html`<option value=${p.id} ?selected=${p.id === chosen}>${p.name}</option>`)}</select></label>
    ${own(t('picture.own'), 'image/*', take)}</div>`;
}

/** Puts a file into the workspace. @param {File} file */
export async function put(file) {
  const sent = await ask('start/picture', new Uint8Array(await file.arrayBuffer()));
  await ask('start/name', { id: sent.id, name: file.name });
  return sent;
}

/** Reads a network from a file of the user's. @param {File} file @returns {Promise<string>} its id */
export async function putModel(file) {
  const { id } = await ask('start/model', /** @type {any} */ (file));
  await ask('start/name', { id, name: file.name });
  return id;
}

/**
 * A chooser of networks: those that are open, those that lie in the folder of networks, and a file of one's own.
 * @param {{id: string, name: string}[]} all @param {string} chosen @param {(id: string) => void} choose @param {(error: unknown) => void} failed @param {string[]} files
 */
export function networks(all, chosen, choose, failed, files = []) {
  const pick = (/** @type {string} */ id) => { carry({ model: id }); choose(id); };
  const take = (/** @type {FileList | null} */ files) => Promise.all(Array.from(files ?? [], putModel)).then((ids) => ids.length && pick(ids[ids.length - 1])).catch(failed);
  return html`<div class="row"><label>${t('picture.network')} <select name="model" @change=${(/** @type {any} */ e) => {
      const file = files[e.target.selectedIndex - all.length];
      if (!file) return pick(e.target.value);
      e.target.value = chosen; // until it is open
      return ask('start/file', { id: file }).then(({ id }) => pick(id)).catch(failed);
    }}>
      ${all.map((m) => html`<option value=${m.id} ?selected=${m.id === chosen}>${m.name}</option>`)}
      ${files.length ? html`<optgroup label=${t('picture.toOpen')}>${files.map((f) => html`<option>${f}</option>`)}</optgroup>` : ''}</select></label>
    ${own(t('picture.file'), '', take)}</div>`;
}

/** Returns all pictures that are open. @returns {Promise<{id: string, name: string}[]>} */
export const pictures = async () => (await ask('start/open')).pictures;
