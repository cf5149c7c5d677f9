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

/** Draws bytes of 1 or 3 channels. @param {HTMLCanvasElement} canvas @param {{height: number, width: number, channels: number, values: ArrayLike<number>}} p */
export function drawPicture(canvas, p) {
  canvas.width = p.width;
  canvas.height = p.height;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const image = context.createImageData(p.width, p.height);
  const grey = new Uint32Array(image.data.buffer); // all four bytes of a pixel at once
  for (let i = 0; i < p.width * p.height; i++) {
    if (p.channels === 1) {
      grey[i] = 0xff000000 | (p.values[i] * 0x10101);
      continue;
    }
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = p.values[i * p.channels + c];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

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
    <label class="button" @dragover=${(/** @type {DragEvent} */ e) => e.preventDefault()}
      @drop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files ?? null); }}>${t('picture.own')}
      <input type="file" accept="image/*" class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files)}></label></div>`;
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
    <label class="button" @dragover=${(/** @type {DragEvent} */ e) => e.preventDefault()}
      @drop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); take(e.dataTransfer?.files ?? null); }}>${t('picture.file')}
      <input type="file" class="quiet" @change=${(/** @type {any} */ e) => take(e.target.files)}></label></div>`;
}

/** Returns all pictures that are open. @returns {Promise<{id: string, name: string}[]>} */
export const pictures = async () => (await ask('start/open')).pictures;
