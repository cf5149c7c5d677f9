// @ts-check
/** <fv-grid>: numbers in rows and columns, on their colours; cells can be edited, marked and walked through by keys. */
import { colour, isLight } from './colour.js';
import { html, render, say, shown, t } from './dom.js';
import { inspect } from './inspector.js';

/**
 * @typedef {{name: string, rows: number[][], editable?: boolean | ((row: number, column: number) => boolean), limit?: number, signed?: boolean,
 *   mark?: (row: number, column: number) => string}} Grid
 */

export class FvGrid extends HTMLElement {
  /** @type {Grid | undefined} */ #grid;
  #row = 0;
  #column = 0;

  connectedCallback() { this.#draw(); }

  /** @param {Grid} grid */
  set grid(grid) {
    this.#grid = grid;
    this.#row = Math.min(this.#row, Math.max(0, grid.rows.length - 1));
    this.#column = Math.min(this.#column, Math.max(0, (grid.rows[0]?.length ?? 1) - 1));
    this.#draw();
  }

  #draw() {
    const grid = this.#grid;
    if (!grid || !this.isConnected) return;
    const all = grid.rows.flat();
    const limit = grid.limit ?? Math.max(...all.map(Math.abs), 1e-9);
    const signed = grid.signed ?? all.some((x) => x < 0);
    const editable = typeof grid.editable === 'function' ? grid.editable : () => Boolean(grid.editable);
    render(html`<div class="scroll"><table class="grid" role="grid" aria-label=${grid.name}
        @keydown=${this.#key} @pointerover=${this.#over} @focusin=${this.#over} @pointerleave=${() => this.#tell(-1, -1)}>
      <tbody>${grid.rows.map((row, r) => html`<tr>${row.map((x, c) => html`<td role="gridcell" data-row=${r} data-column=${c}
          class=${`${grid.mark?.(r, c) ?? ''} ${isLight(x, limit, signed) ? 'light' : 'deep'}`} .style=${`background:${colour(x, limit, signed)}`}
          tabindex=${!editable(r, c) && r === this.#row && c === this.#column ? 0 : -1}>${editable(r, c)
          ? html`<input inputmode="decimal" aria-label=${t('grid.field', { name: grid.name, row: r + 1, column: c + 1 })} .value=${text(x)}
              tabindex=${r === this.#row && c === this.#column ? 0 : -1} @change=${this.#edit} @focus=${(/** @type {any} */ e) => e.target.select()}>`
          : text(x)}</td>`)}</tr>`)}</tbody></table></div>`, this);
  }

  /** @param {Event} e */
  #cell(e) {
    const cell = /** @type {HTMLElement} */ (e.target).closest('td');
    return cell ? [Number(cell.dataset.row), Number(cell.dataset.column)] : undefined;
  }

  /** @param {Event} e */
  #over = (e) => {
    const at = this.#cell(e);
    if (at) this.#tell(at[0], at[1]);
  };

  /** @param {number} row @param {number} column */
  #tell(row, column) {
    this.dispatchEvent(new CustomEvent('cell', { bubbles: true, detail: { row, column } }));
    if (row < 0 || !this.#grid) return;
    const { name, rows } = this.#grid;
    inspect(this, { title: name, facts: [[t('common.rowColumn'), `${row + 1}, ${column + 1}`], [t('common.value'), rows[row]?.[column] ?? NaN], [t('grid.size'), `${rows.length} × ${rows[0].length}`]], numbers: [[t('common.allOfIt'), rows.flat()]] });
    say(t('grid.cell', { name, row: row + 1, column: column + 1, value: shown(rows[row]?.[column] ?? NaN) }));
  }

  /** @param {Event} e */
  #edit = (e) => {
    const at = this.#cell(e);
    const value = Number(/** @type {HTMLInputElement} */ (e.target).value.replace(',', '.').replace('−', '-'));
    if (at && Number.isFinite(value)) this.dispatchEvent(new CustomEvent('edit', { bubbles: true, detail: { row: at[0], column: at[1], value } }));
    else this.#draw();
  };

  /** @param {KeyboardEvent} e */
  #key = (e) => {
    const at = this.#cell(e);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
    const rows = this.#grid?.rows ?? [];
    if (!at || !step) return;
    const row = Math.max(0, Math.min(rows.length - 1, at[0] + step[0]));
    const column = Math.max(0, Math.min(rows[0].length - 1, at[1] + step[1]));
    const target = /** @type {HTMLElement | null} */ (this.querySelector(`td[data-row="${row}"][data-column="${column}"]`));
    e.preventDefault();
    this.#row = row;
    this.#column = column;
    this.querySelectorAll('[tabindex="0"]').forEach((x) => x.setAttribute('tabindex', '-1'));
    const focus = target?.querySelector('input') ?? target;
    focus?.setAttribute('tabindex', '0');
    focus?.focus();
  };
}
customElements.define('fv-grid', FvGrid);

/** Returns a number as a cell shows it. @param {number} x */
export function text(x) {
  if (x === undefined || !Number.isFinite(x)) return '';
  return Number.isInteger(x) ? String(x).replace('-', '−') : String(Number(x.toPrecision(4))).replace('-', '−');
}
