// @ts-check
/** The lessons: a text, a question before the answer, a room to try it in, and an exercise that checks itself. */
import { ask } from '../js/api.js';
import { html, render, say, t } from '../js/dom.js';
import { rooms } from '../js/rooms.js';
import { branch } from '../js/texts.js';
import '../lessons/experiment.js';
import { lessons } from '../lessons/index.js';

/** @type {import('../js/rooms.js').RoomModule['enter']} */
export async function enter(place, context) {
  let name = context.state.get('lesson') ?? lessons[0].name;
  let at = Number(context.state.get('step') ?? 0);
  /** @type {import('../lessons/index.js').Step[]} */ let steps;
  /** @type {{title: string, steps: import('../lessons/index.js').Words[]}} */ let words;
  let chosen = -1, verdict = '';
  /** @type {(() => void) | undefined} */ let leave;

  async function open() {
    const asked = name, found = lessons.find((l) => l.name === name) ?? lessons[0], opened = (await found.load()).steps;
    if (asked !== name) return;
    steps = opened;
    words = branch(`lessons.${found.name}`);
    at = Math.max(0, Math.min(at, steps.length - 1));
    chosen = -1;
    verdict = '';
    context.remember({ lesson: name, step: String(at) });
    draw();
    await live();
  }

  /** Opens the step's room below it, in the state that the lesson asks for. */
  async function live() {
    leave?.();
    leave = undefined;
    const step = steps[at], room = rooms.find((r) => r.name === step.room);
    const stage = /** @type {HTMLElement} */ (place.querySelector('.live'));
    const inner = document.createElement('div');
    inner.className = `room ${step.room}`;
    stage.replaceChildren(...(room ? [inner] : []));
    if (!room) return;
    const module = await room.load();
    if (!inner.isConnected) return;
    const end = (await module.enter(inner, { state: new URLSearchParams(step.state), remember: () => {}, wrong: context.wrong })) ?? undefined;
    if (inner.isConnected) leave = end;
    else end?.();
  }

  /** @param {number} step */
  const go = (step) => { at = step; open(); };

  /** Compares an answer with what Java computes. @param {Event} e */
  async function answer(e) {
    e.preventDefault();
    const x = /** @type {NonNullable<import('../lessons/index.js').Step['exercise']>} */ (steps[at].exercise);
    const given = Number(/** @type {HTMLInputElement} */ (place.querySelector('input[name=answer]')).value.replace(',', '.').replace('−', '-'));
    try {
      const right = x.experiment ? (await ask(`lessons/${x.experiment}`, x.fields)).numbers[x.of] : await computed(x);
      if (x !== steps[at].exercise) return;
      verdict = Math.abs(given - right) <= (x.within ?? 1e-4 * Math.max(1, Math.abs(right))) ? t('lesson.right') : t('lesson.notYet', { given });
      say(verdict);
    } catch (e) {
      context.wrong(e, place);
    }
    draw();
  }

  function draw() {
    const step = steps[at], told = words.steps[at], { question, choices } = told;
    render(html`<h1>${words.title}</h1>
      <div class="lesson-columns"><nav aria-label=${t('lesson.lessons')}><ol>${lessons.map((l) => html`<li><a href=${`#room=lessons&lesson=${l.name}`} aria-current=${l.name === name ? 'true' : 'false'}
          @click=${(/** @type {Event} */ e) => { e.preventDefault(); name = l.name; at = 0; open(); }}>${l.title}</a></li>`)}</ol></nav>
        <div><section class="card lesson"><p class="soft">${t('lesson.step', { step: at + 1, steps: steps.length })}</p><p class="text">${told.text}</p>
          ${question ? html`<fieldset><legend>${question}</legend>${choices.map((c, i) => html`<label><input type="radio" name="guess" .checked=${chosen === i} @change=${() => { chosen = i; say(i === step.right ? t('lesson.sayRight') : t('lesson.sayNo')); draw(); }}> ${c}</label>`)}</fieldset>
            ${chosen >= 0 ? html`<p class="note" role="status"><strong>${chosen === step.right ? t('lesson.right') : t('lesson.no', { right: choices[step.right ?? 0] })}</strong> ${told.why}</p>` : ''}` : ''}
          ${step.exercise ? html`<form class="row" @submit=${answer}><label>${told.exercise} <input name="answer" inputmode="decimal" autocomplete="off"></label><button>${t('lesson.check')}</button><strong class="verdict" role="status">${verdict}</strong></form>` : ''}
          ${step.java ? html`<details><summary>${t('lesson.inJava')}</summary><pre>${step.java}</pre></details>` : ''}
          <div class="row"><button ?disabled=${at === 0} @click=${() => go(at - 1)}>${t('lesson.back')}</button><button class="main" ?disabled=${at === steps.length - 1} @click=${() => go(at + 1)}>${t('lesson.next')}</button></div></section>
          ${step.experiment ? question && chosen < 0 ? html`<p class="soft">${t('lesson.guess')}</p>` : html`<fv-experiment .asked=${step.experiment}></fv-experiment>` : ''}
          <section class="live" aria-label=${t('lesson.tryIt')}></section>${step.room ? html`<p><a href=${`#room=${step.room}&${step.state}`}>${t('lesson.open')}</a></p>` : ''}</div></div>`, place);
  }

  await open();
  return () => leave?.();
}

/** Returns a number of a small convolution, as Java computes it. @param {import('../lessons/index.js').Exercise} x */
async function computed(x) {
  const all = await ask('convolution/compute', { ...x.setting });
  return (x.of === 'values' ? all.values : all.gradients[x.of])[x.at ?? 0];
}
