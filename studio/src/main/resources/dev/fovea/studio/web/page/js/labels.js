// @ts-check
/** The part of the Detect room in which one draws boxes of one's own: to train on, and to measure with. */
import { ask, keep, Refused } from './api.js';
import { isLarge, moved } from './boxedit.js';
import { colourOf } from './boxes.js';
import { html, newest, say, t } from './dom.js';
import { picture } from './picture.js';

const FORMS = ['coco', 'voc', 'yolo'], SHOWN = 1024;

/** @typedef {{picture: string, label: string, box: number[]}} Label */

/**
 * Creates the part.
 * @param {{picture: () => string, pictures: () => {id: string, name: string}[], found: () => Label[], draw: () => void, wrong: (e: unknown) => void}} room
 */
export function labelling(room) {
  /** @type {Label[]} */ let all = [];
  /** @type {any} */ let shown;
  let at = -1, asked = '', label = t('labels.thing'), form = FORMS[0];

  const here = () => all.filter((b) => b.picture === room.picture());
  const names = () => [...new Set([...all, ...room.found()].map((b) => b.label))].sort();
  const words = (/** @type {Label} */ b) => `${b.label}: ${b.box.join(', ')}`;

  const load = newest(async () => {
    const id = room.picture();
    if (!id || asked === id) return;
    if (all.length) store(undefined); // to open another picture may have closed some
    asked = id; // once, even where it fails: every drawing of the room comes by here
    await picture(id, SHOWN).then((p) => { [shown, at] = [p, -1]; }, room.wrong);
    room.draw();
  });

  /** Keeps the boxes in the studio, so that they are there when one comes back. */
  const store = newest(async () => {
    const sent = all;
    try {
      const open = new Set((await ask('detect/labels', { boxes: sent })).boxes.map((/** @type {Label} */ b) => b.picture)), before = all.length;
      const closed = new Set(sent.map((b) => b.picture).filter((id) => !open.has(id)));
      if (!closed.size) return;
      all = all.filter((b) => !closed.has(b.picture));
      room.draw();
      throw new Refused(404, t('labels.leftOut', { count: before - all.length }));
    } catch (e) {
      room.wrong(e);
    }
  });

  /** @param {Label[]} next @param {number} chosen @param {boolean} [moving] the pointer still holds the box */
  function set(next, chosen, moving) {
    all = next;
    at = Math.min(chosen, here().length - 1);
    if (!moving) store(undefined);
    room.draw();
  }

  /** @param {number} i the place among those of this picture @param {Partial<Label>} what @param {boolean} [moving] */
  function change(i, what, moving) {
    const one = here()[i];
    if (!one) return;
    set(all.map((b) => (b === one ? { ...b, ...what } : b)), i, moving);
    if (!moving) say(words(here()[i]));
  }

  /** @param {number} i */
  function remove(i) {
    const one = here()[i];
    set(all.filter((b) => b !== one), i);
    say(t('labels.deleted', { box: i + 1, count: here().length }));
  }

  /** @param {CustomEvent} e */
  function edit({ detail: d }) {
    if (d.remove) return remove(at);
    if (d.box) return change(at, { box: d.box }, d.moving);
    if (d.add) set([...all, { picture: room.picture(), label, box: d.add }], here().length, d.moving);
    else at = d.choose;
    if (at >= 0 && !d.moving) say(t('labels.said', { box: at + 1, boxes: here().length, words: words(here()[at]) }));
    room.draw();
  }

  /** Returns a class's name as it is kept: in one line. @param {string} text */
  const clean = (text) => text.replaceAll(/\s+/g, ' ').trim() || t('labels.thing');

  /** Returns the picture of an id, or all of a name. @param {string} name */
  const called = (name) => [room.pictures().filter((p) => p.id === name), room.pictures().filter((p) => p.name === name)].find((those) => those.length) ?? [];

  /** Returns the boxes that a text tells, a line each: picture, class, left, top, right, bottom. @param {string} text */
  function parsed(text) {
    return text.split('\n').filter((line) => line.trim()).map((line) => {
      const parts = fields(line), box = parts.slice(-4).map(Number), name = parts.slice(0, -5).join(',');
      const [one, second] = called(name);
      if (second) throw new Refused(422, t('labels.several', { line: line.trim(), first: one.id, second: second.id }));
      if (parts.length < 6 || !box.every(Number.isFinite) || !one) throw new Refused(422, t('labels.expected', { line: line.trim() }));
      return { picture: one.id, label: parts[parts.length - 5], box };
    });
  }

  /** Returns the boxes as text; a picture whose name others have too is told by its id. */
  function text() {
    const named = (/** @type {string} */ id) => room.pictures().find((p) => p.id === id && called(p.name).every((other) => other === p))?.name ?? id;
    return all.map((b) => [named(b.picture), b.label, ...b.box].map(field).join(', ')).join('\n');
  }

  /** Takes the boxes of a text. */
  const read = async (/** @type {string} */ written) => set(parsed(written), -1);

  const save = () => ask('detect/save-labels', { form, boxes: all }).then((bytes) => keep('labelled.zip', bytes), room.wrong);
  const begin = () => {
    const whole = room.found().map((f) => ({ ...f, label: clean(f.label), box: moved(f.box, [], 0, 0, shown.size[1], shown.size[0]) }));
    set([...all, ...whole.filter((f) => isLarge(f.box))], -1);
  };
  const colour = (/** @type {string} */ name) => colourOf(names().indexOf(name));

  function table() {
    return html`<div class="scroll"><table class="drawn"><thead><tr><th>${t('labels.what')}<th class="number">${t('common.left')}<th class="number">${t('common.top')}<th class="number">${t('common.right')}<th class="number">${t('common.bottom')}</th><td></td></thead>
      <tbody>${here().map((b, i) => html`<tr aria-current=${i === at ? 'true' : 'false'}><td><input list="label-names" aria-label=${t('labels.classOf', { box: i + 1 })} .value=${b.label} @focus=${() => { at = i; room.draw(); }} @change=${(/** @type {any} */ e) => { label = clean(e.target.value); change(i, { label }); }}></td>${b.box.map((n) => html`<td class="number">${n}`)}
        <td><button aria-label=${t('labels.deleteBox', { box: i + 1 })} @click=${() => remove(i)}>${t('labels.delete')}</button></tr>`)}</tbody></table></div>`;
  }

  /** Shows the part. */
  function section() {
    load(undefined);
    const there = new Set(all.map((b) => b.picture)).size;
    return html`<section class="card labels" aria-label=${t('labels.part')}><h2>${t('labels.title')}</h2>
      <p>${t('labels.about')}</p>
      <div class="row"><label>${t('common.class')} <input name="label" list="label-names" .value=${label} @change=${(/** @type {any} */ e) => { label = clean(e.target.value); if (at >= 0) change(at, { label }); }}></label><datalist id="label-names">${names().map((n) => html`<option value=${n}></option>`)}</datalist>
        <button class="label-found" ?disabled=${!room.found().length || shown?.id !== room.picture()} @click=${begin}>${t('labels.begin')}</button></div>
      ${shown?.id === room.picture() ? html`<div class="columns"><fv-boxes class="draw-boxes" @edit=${edit} .scene=${{ name: t('labels.name'), height: shown.size[0], width: shown.size[1], pixels: shown.pixels, edit: true, at,
        keys: t('labels.keys'), boxes: here().map((b) => ({ ...b, colour: colour(b.label) })) }}></fv-boxes>${table()}</div>` : ''}
      <div class="row"><label>${t('labels.save')} <select name="form" @change=${(/** @type {any} */ e) => { form = e.target.value; }}>${FORMS.map((f) => html`<option ?selected=${f === form}>${f}</option>`)}</select></label><button class="save-labels" ?disabled=${!all.length} @click=${save}>${t('labels.zip')}</button><span class="soft">${t('labels.kept', { boxes: all.length, count: there })}</span></div>
      ${all.length ? html`<pre>unzip labelled.zip && ./fovea train yolo-fastest --data ${form} --data-dir labelled</pre>` : ''}
      <details><summary>${t('labels.text')}</summary><label class="wide">${t('labels.lines')} <textarea name="labelled" rows="6" .value=${text()} @change=${(/** @type {any} */ e) => read(e.target.value).catch(room.wrong)}></textarea></label></details></section>`;
  }

  return { section, boxes: () => all, begin: async () => { all = (await ask('detect/labels')).boxes; } };
}

/** Returns a field of a line of text, in quotation marks where it holds a comma or such a mark, as RFC 4180 has it. @param {string | number} x */
const field = (x) => (/[",]/.test(String(x)) ? `"${String(x).replaceAll('"', '""')}"` : String(x));

/** Returns the fields of a line of text. @param {string} line */
const fields = (line) => Array.from(line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
