// Pieces that several pages are made of. Whatever a user can fill in becomes a text node here, never markup.
import { html, nothing, render } from "./lib/lit-html.js";
import { advice } from "./api.js";

const STATUS = { waiting: "Waiting", received: "Received", timed_out: "Timed out", canceled: "Canceled" };
/** What a deadline is moved by, in seconds. */
const UNITS = { 60: "minutes", 3600: "hours", 86400: "days" };
const SIZES = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A status as people call it. */
export const statusName = (status) => STATUS[status] ?? status;

/** A status as a badge: a shape and a word beside the colour. */
export const badge = (status) => html`<span class="badge ${status}">${statusName(status)}</span>`;

/** A span of seconds in its two largest units. */
export function span(seconds) {
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [size, name] of SIZES) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (parts.length === 0 && size === 1)) {
      parts.push(`${count} ${name}`);
    } else if (parts.length > 0) {
      break;
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.join(" ");
}

/** An instant in the reader's own time zone. */
export const local = (instant) => full.format(new Date(instant));

/** How long ago an instant is, or how far ahead; the instant itself as its title. */
export function relative(instant) {
  const seconds = (Date.parse(instant) - Date.now()) / 1000;
  const text = seconds > 0.5 ? `in ${span(seconds)}` : seconds > -1.5 ? "just now" : `${span(-seconds)} ago`;
  return html`<time datetime=${instant} title=${local(instant)}>${text}</time>`;
}

/** For how long something has been so. */
export function since(instant) {
  const seconds = (Date.now() - Date.parse(instant)) / 1000;
  return html`<time datetime=${instant} title=${local(instant)}>for ${span(seconds)}</time>`;
}

/** When a trigger ends or has ended. */
export function deadline(trigger) {
  if (trigger.status !== "waiting") {
    return relative(trigger.finished_at);
  }
  const seconds = (Date.parse(trigger.expires_at) - Date.now()) / 1000;
  const urgency = seconds < 60 ? "now" : seconds < 600 ? "soon" : "";
  return html`<time class="countdown ${urgency}" datetime=${trigger.expires_at} title=${local(trigger.expires_at)}
    >${seconds > 0 ? `in ${span(seconds)}` : "due now"}</time
  >`;
}

/** A problem, and what can be done about it. */
export function problemBox(problem, retry) {
  return html`<div class="notice bad" role="alert">
    <p><strong>${problem.title && problem.status ? `${problem.title}. ` : ""}</strong>${problem.detail ?? problem.message}</p>
    ${problem.errors
      ? html`<ul class="faults">
          ${problem.errors.map(
            ({ pointer, message }) => html`<li><code>${pointer === "" ? "(the whole payload)" : pointer}</code> ${message}</li>`,
          )}
        </ul>`
      : nothing}
    ${advice(problem) ? html`<p>${advice(problem)}</p>` : nothing}
    ${retry ? html`<p><button type="button" @click=${retry}>Try again</button></p>` : nothing}
    ${problem.request_id ? html`<p class="quiet">Request <code>${problem.request_id}</code></p>` : nothing}
  </div>`;
}

/** A button that copies a text, and says that it has. */
export function copyButton(text, what) {
  const copy = async ({ currentTarget: button }) => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      said = "Select and copy by hand";
    }
    button.textContent = said;
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };
  return html`<button type="button" class="small" aria-label=${`Copy ${what}`} @click=${copy}>Copy</button>`;
}

/** Text to be copied: a command, a payload. */
export function code(text, what) {
  return html`<div class="code">
    <pre tabindex="0" role="group" aria-label=${what}>${text}</pre>
    ${copyButton(text, what)}
  </div>`;
}

/** What stands below the editor of a payload: what is wrong with it, or what it may be. */
export const payloadHelp = (id, fault, more = "") =>
  html`<p id=${id} class=${fault ? "fault" : "quiet"}>${fault ? `This is not JSON: ${fault}` : "Any JSON value. Empty sends no payload."} ${more}</p>`;

/** The fields of a form that moves a deadline. */
export const delayFields = (id, label) => html`<label for="${id}-count">${label}</label>
  <input id="${id}-count" class="count" name="count" type="number" min="1" max="525600" step="any" value="1" required />
  <label for="${id}-unit" class="hidden">Unit</label>
  <select id="${id}-unit" name="unit">
    ${Object.entries(UNITS).map(([seconds, name]) => html`<option value=${seconds} ?selected=${seconds === "3600"}>${name}</option>`)}
  </select>
  <span>from now</span>`;

/** What they say: in seconds, and in words. */
export function delayOf({ elements: { count, unit } }) {
  return { seconds: Math.round(Number(count.value) * Number(unit.value)), words: `${count.value} ${UNITS[unit.value]}` };
}

/** Asks before something is done that can't be undone; resolves to whether to do it. */
export function confirm({ title, text, verb, keep = "Keep it", harmless = false }) {
  const host = document.body.appendChild(document.createElement("div"));
  return new Promise((resolve) => {
    render(
      html`<dialog aria-labelledby="confirm-title" @close=${close}>
        <form method="dialog">
          <h2 id="confirm-title">${title}</h2>
          <p>${text}</p>
          <div class="buttons">
            <button value="no">${keep}</button>
            <button value="yes" class=${harmless ? "primary" : "danger"}>${verb}</button>
          </div>
        </form>
      </dialog>`,
      host,
    );
    const dialog = host.querySelector("dialog");
    function close() {
      resolve(dialog.returnValue === "yes");
      host.remove();
    }
    dialog.showModal();
  });
}
