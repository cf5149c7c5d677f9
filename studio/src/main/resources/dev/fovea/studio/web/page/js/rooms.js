// @ts-check
/** The rooms, in the order in which they are listed: each is one module. */
import { t } from './texts.js';

/**
 * @typedef {{state: URLSearchParams, remember: (values: Record<string, string>) => void,
 *   wrong: (error: unknown, place: HTMLElement) => void, inspector: HTMLElement}} Context
 * @typedef {{enter: (place: HTMLElement, context: Context) => void | (() => void) | Promise<void | (() => void)>}} RoomModule
 * @typedef {{model?: string, picture?: string}} Subject the ids of a network and a picture
 */

const PICTURE = { picture: 'picture' }, BOTH = { model: 'model', ...PICTURE };

/** `takes` says by which names the room's address tells a network and a picture, `inspects` that nothing can be selected there, or that the room fills the inspector itself. @param {string} name @param {Subject} takes @param {'nothing' | 'itself'} [inspects] @returns {{name: string, title: string, takes: Subject, inspects?: 'nothing' | 'itself', load: () => Promise<RoomModule>}} */
const room = (name, takes = {}, inspects) => ({ name, get title() { return t(`rooms.${name}`); }, takes, inspects, load: () => import(`../rooms/${name}.js`) });

export const rooms = [
  room('start', {}, 'nothing'),
  room('draw', { model: 'model' }),
  room('kernels', PICTURE),
  room('convolution'),
  room('train'),
  room('explain', BOTH),
  room('graph', BOTH, 'itself'),
  room('compare', { ...PICTURE, model: 'first' }),
  room('detect', BOTH),
  room('teach', { model: 'model' }),
  room('playground'),
  room('lessons'),
];

/** Returns the address of a room with a network and a picture, as far as it takes them. @param {typeof rooms[0]} room @param {Subject} subject */
export function address(room, subject) {
  const of = [[room.takes.model, subject.model], [room.takes.picture, subject.picture]].filter(([name, id]) => name && id);
  return `#${new URLSearchParams([['room', room.name], .../** @type {string[][]} */ (of)])}`;
}

/** Returns a choice, the first where there is no such. @param {string[]} all @param {string | null} choice */
export const oneOf = (all, choice) => all.find((x) => x === choice) ?? all[0];

/** Returns an id where something has it: what is carried from another room may be nothing for this one. @param {{id: string}[]} all @param {string | null} id */
export const known = (all, id) => all.find((x) => x.id === id)?.id;
