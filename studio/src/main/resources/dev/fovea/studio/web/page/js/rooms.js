// @ts-check
/** The rooms, in the order in which they are listed: each is one module. */

/**
 * @typedef {{state: URLSearchParams, remember: (values: Record<string, string>) => void,
 *   wrong: (error: unknown, place: HTMLElement) => void}} Context
 * @typedef {{enter: (place: HTMLElement, context: Context) => void | (() => void) | Promise<void | (() => void)>}} RoomModule
 */

/** @param {string} name @param {string} title @returns {{name: string, title: string, load: () => Promise<RoomModule>}} */
const room = (name, title) => ({ name, title, load: () => import(`../rooms/${name}.js`) });

export const rooms = [
  room('start', 'Start'),
  room('draw', 'Draw'),
  room('kernels', 'Kernels'),
  room('convolution', 'Convolution'),
  room('train', 'Train'),
  room('explain', 'Explain'),
  room('graph', 'Graph'),
  room('compare', 'Compare'),
  room('detect', 'Detect'),
  room('teach', 'Teach'),
  room('playground', 'Playground'),
  room('lessons', 'Lessons'),
];
