// @ts-check
/** The first room: what there is, and the keys. */
import { ask } from '../js/api.js';
import { count, html, render } from '../js/dom.js';
import { rooms } from '../js/rooms.js';

/** What one does in each room, in a line. @type {Record<string, string>} */
const ABOUT = {
  draw: 'Draw a digit; every layer of a network answers at once.',
  kernels: 'Nine numbers that find edges: move them over a picture, or over your camera.',
  convolution: 'Every number of a convolution: slide, pad, stride, dilate, and back.',
  train: 'Build a network, watch it learn, and go back to any step of it, bit for bit.',
  explain: 'Why did it say that? Many methods on one picture, and how far to trust them.',
  graph: 'Any network as a graph: fold it, follow it, read every layer of it.',
  compare: 'Two networks on one picture: what they say, compute and take.',
  detect: 'Boxes, masks and joints; grid, anchors, and suppression step by step.',
  teach: 'Your own classes from your camera or your pictures, in seconds.',
  playground: 'Points of the plane, a small network, and what each of its units sees.',
  lessons: 'Short lessons: guess first, then see, then try it yourself.',
};

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  const open = await ask('start/open');
  render(html`
    <h1>See networks while they work</h1>
    <p class="lead">Everything here is computed on this machine, by ${open.kernels} kernels on ${open.threads} threads. Nothing leaves it.</p>
    <div class="row"><a class="button main" href="#room=draw">Draw a digit</a></div>
    <div class="columns">${rooms.filter((r) => r.name in ABOUT).map((r) => html`
      <section class="card"><h2><a href="#room=${r.name}">${r.title}</a></h2><p>${ABOUT[r.name]}</p></section>`)}</div>
    ${open.models.length ? html`<h2>Open networks</h2><div class="scroll"><table><thead><tr><th>name<th>input<th class="number">parameters</thead>
      <tbody>${open.models.map((/** @type {any} */ m) => html`<tr><td>${m.name}<td>${m.input}<td class="number">${count(m.parameters)}</tr>`)}</tbody></table></div>` : ''}
    <details ?open=${context.state.has('keys')}><summary>Keys</summary><table><tbody>
      <tr><th scope="row">Tab<td>the next control, map or pad
      <tr><th scope="row">Arrows<td>move in maps, grids and on the pad
      <tr><th scope="row">Enter<td>go into a map, to its places; again: show the card of its unit
      <tr><th scope="row">Escape<td>go back out
      <tr><th scope="row">Space<td>pen down or up on the pad
      <tr><th scope="row">Ctrl-K<td>find a room, a lesson or a layer
      <tr><th scope="row">?<td>this list</tbody></table></details>`, place);
}
