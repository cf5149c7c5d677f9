// @ts-check
/** A network as a list of layers that can be changed: the closed set that Java knows. */
import { html, t } from './dom.js';
import { inspect } from './inspector.js';

/** @typedef {{type: string, filters?: number, kernel?: number, stride?: number, padding?: string, size?: number, units?: number, rate?: number}} Layer */

/** What each kind of layer begins with. @type {Record<string, Layer>} */
export const KINDS = {
  conv2d: { type: 'conv2d', filters: 8, kernel: 3, stride: 1, padding: 'same' },
  max_pool: { type: 'max_pool', size: 2 }, avg_pool: { type: 'avg_pool', size: 2 }, dense: { type: 'dense', units: 32 }, dropout: { type: 'dropout', rate: 0.25 },
  relu: { type: 'relu' }, tanh: { type: 'tanh' }, sigmoid: { type: 'sigmoid' }, gelu: { type: 'gelu' }, leaky_relu: { type: 'leaky_relu' }, batch_norm: { type: 'batch_norm' },
  flatten: { type: 'flatten' }, global_avg_pool: { type: 'global_avg_pool' },
};

const conv = (/** @type {number} */ filters, /** @type {number} */ kernel, padding = 'same') => ({ type: 'conv2d', filters, kernel, stride: 1, padding });

/** Networks to begin with. @type {Record<string, {name: string, layers: Layer[]}>} */
export const NETS = {
  small: { name: 'small CNN', layers: [conv(8, 3), { type: 'relu' }, { type: 'max_pool', size: 2 }, conv(16, 3), { type: 'relu' }, { type: 'max_pool', size: 2 }, { type: 'flatten' }, { type: 'dense', units: 10 }] },
  lenet: { name: 'LeNet-5', layers: [conv(6, 5), { type: 'tanh' }, { type: 'avg_pool', size: 2 }, conv(16, 5, 'valid'), { type: 'tanh' }, { type: 'avg_pool', size: 2 }, { type: 'flatten' }, { type: 'dense', units: 120 }, { type: 'tanh' }, { type: 'dense', units: 84 }, { type: 'tanh' }, { type: 'dense', units: 10 }] },
  norm: { name: 'with batch norm', layers: [conv(16, 3), { type: 'batch_norm' }, { type: 'relu' }, { type: 'max_pool', size: 2 }, conv(32, 3), { type: 'batch_norm' }, { type: 'relu' }, { type: 'global_avg_pool' }, { type: 'dense', units: 10 }] },
  dense: { name: 'dense only', layers: [{ type: 'flatten' }, { type: 'dense', units: 64 }, { type: 'relu' }, { type: 'dense', units: 10 }] },
};

/**
 * The list, with what Java says of each layer beside it.
 * @param {Layer[]} layers @param {any[]} rows @param {() => void} changed @param {(index: number) => unknown} more what else a layer has
 */
export function builder(layers, rows, changed, more) {
  const edit = (/** @type {number} */ i, /** @type {string} */ name, /** @type {number | string} */ value) => {
    layers[i] = { ...layers[i], [name]: value };
    changed();
  };
  const number = (/** @type {number} */ i, /** @type {keyof Layer} */ name, step = 1) => html`<label>${t(`builder.settings.${name}`)} <input type="number" min=${step} step=${step} .value=${String(layers[i][name])}
    aria-label=${t('builder.setting', { layer: i + 1, name: t(`builder.settings.${name}`) })} @change=${(/** @type {any} */ e) => edit(i, name, step === 1 ? Math.round(Number(e.target.value)) : Number(e.target.value))}></label>`;
  return html`<ol class="builder">${layers.map((l, i) => html`<li @focusin=${(/** @type {any} */ e) => rows[i] && inspect(e.currentTarget, { title: t('builder.layerOf', { layer: i + 1, type: l.type }), facts: [[t('common.result'), rows[i].output], [t('common.parameters'), rows[i].parameters], [t('common.operations'), rows[i].flops], [t('common.sees'), rows[i].sees]] })}><select aria-label=${t('builder.layer', { layer: i + 1 })} @change=${(/** @type {any} */ e) => { layers[i] = { ...KINDS[e.target.value] }; changed(); }}>
      ${Object.keys(KINDS).map((k) => html`<option ?selected=${k === l.type}>${k}</option>`)}</select>
    ${l.filters === undefined ? '' : number(i, 'filters')} ${l.kernel === undefined ? '' : number(i, 'kernel')} ${l.stride === undefined ? '' : number(i, 'stride')}
    ${l.padding === undefined ? '' : html`<label>${t('builder.settings.padding')} <select @change=${(/** @type {any} */ e) => edit(i, 'padding', e.target.value)}>${['same', 'valid'].map((p) => html`<option ?selected=${p === l.padding}>${p}</option>`)}</select></label>`}
    ${l.size === undefined ? '' : number(i, 'size')} ${l.units === undefined ? '' : number(i, 'units')} ${l.rate === undefined ? '' : number(i, 'rate', 0.05)}
    <button aria-label=${t('builder.remove', { layer: i + 1 })} @click=${() => { layers.splice(i, 1); changed(); }}>−</button>
    <button aria-label=${t('builder.add', { layer: i + 1 })} @click=${() => { layers.splice(i + 1, 0, { type: 'relu' }); changed(); }}>+</button>
    <small class="mono">${rows[i] ? `${rows[i].output}${rows[i].parameters ? ` · ${t('builder.weights', { weights: rows[i].parameters })}` : ''}` : ''}</small> ${more(i)}</li>`)}</ol>`;
}
