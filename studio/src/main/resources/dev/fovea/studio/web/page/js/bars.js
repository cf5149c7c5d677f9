// @ts-check
/** <fv-bars>: shares as bars with their numbers. */
import { html, render, t } from './dom.js';

export class FvBars extends HTMLElement {
  /** @param {{name: string, share: number}[]} entries in the order in which they are shown */
  set entries(entries) {
    const best = entries.reduce((b, e) => Math.max(b, e.share), 0);
    render(html`<div class="bars" role="table" aria-label=${t('bars.shares')}>${entries.map((e) => html`<div role="row">
      <span role="cell" class=${e.share === best ? 'best' : ''}>${e.name}</span>
      <span role="cell" class="bar"><span data-share=${e.share}></span></span>
      <span role="cell" class="mono">${(100 * e.share).toFixed(1)} %</span></div>`)}</div>`, this);
    this.querySelectorAll('[data-share]').forEach((bar) => {
      /** @type {HTMLElement} */ (bar).style.width = `${100 * Number(/** @type {HTMLElement} */ (bar).dataset.share)}%`;
    });
  }
}
customElements.define('fv-bars', FvBars);
