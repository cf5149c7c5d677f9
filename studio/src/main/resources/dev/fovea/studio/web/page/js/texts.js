// @ts-check
/** The texts of the page, from one file for each language; English where another language lacks one. */

/** A text, or its forms by plural category, or texts by name or in order. @typedef {string | {[name: string]: any}} Texts */

/** @type {any} */ let texts = {};
let plural = new Intl.PluralRules('en');

/** @param {string} language */
const read = async (language) => (await fetch(`texts/${language}.json`)).json();

/** Returns the texts of another language: none where nobody has translated the page, or where the file is damaged, which the console tells. @param {string} language @returns {Promise<object>} */
async function translated(language) {
  try {
    const own = await read(language);
    if (typeof own === 'object' && own !== null && !Array.isArray(own)) return own;
    throw new TypeError(`${JSON.stringify(own).slice(0, 40)}, {…} expected`);
  } catch (e) {
    console.error(`texts/${language}.json: ${/** @type {Error} */ (e).message}`);
    return {};
  }
}

/** Reads the texts: English, and over it those of the first of the browser's languages that has some. */
export async function loadTexts() {
  texts = await read('en');
  for (const language of new Set(navigator.languages.flatMap((l) => [l.toLowerCase(), l.toLowerCase().split('-')[0]]))) {
    if (language.split('-')[0] === 'en') return;
    const own = await translated(language);
    if (!Object.keys(own).length) continue;
    texts = merged(texts, own);
    plural = new Intl.PluralRules(language);
    document.documentElement.lang = language;
    return;
  }
}

/** The placeholders of a text, in order of the alphabet. @param {string} text */
const places = (text) => [...new Set(text.match(/\{\w+\}/g))].sort().join();

/** Returns the texts of another language; English where one is missing, blank or has other placeholders. @param {any} english @param {any} own @returns {any} */
function merged(english, own) {
  if (typeof english === 'string') return typeof own === 'string' && own.trim() && places(own) === places(english) ? own : english;
  if (typeof own !== 'object' || own === null) return english;
  if (Array.isArray(english)) return english.map((e, i) => merged(e, own[i]));
  if (english.other) return Object.fromEntries(['other', ...Object.keys(own)].map((form) => [form, merged(english.other, own[form])]));
  return Object.fromEntries(Object.entries(english).map(([name, e]) => [name, merged(e, own[name])]));
}

/** Returns all texts below a key. @param {string} key such as "lessons.padding" @returns {any} */
export const branch = (key) => key.split('.').reduce((of, name) => of?.[name], texts);

/** Returns a text in parts: what it says, and in the places of its placeholders the values, which may be templates. @param {string} key @param {Record<string, any>} values `count` chooses the plural form */
export function parts(key, values = {}) {
  const found = branch(key) ?? key, text = found.other ? found[plural.select(values.count)] ?? found.other : found;
  return text.split(/\{(\w+)\}/).map((/** @type {string} */ part, /** @type {number} */ i) => (i % 2 ? values[part] : part));
}

/** Returns a text with values in the places of its placeholders. @param {string} key such as "draw.clear" @param {Record<string, string | number>} values */
export const t = (key, values = {}) => parts(key, values).join('');
