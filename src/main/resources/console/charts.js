// Charts: uPlot's canvas for those who see, and the same figures as a table for everybody.
import uPlot from "./lib/uPlot.js";
import { html } from "./lib/lit-html.js";

const HEIGHT = 220;
const NARROW = 480;

/** A colour of the style sheet, as the theme has it. */
function colour(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.className = `probe ${name}`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Bars, stacked on each other. */
export class Bars {
  element = document.createElement("div");
  #plot = null;
  #data = null;
  #observer = new ResizeObserver(() => this.#fit());

  /**
   * @param label what the chart is called
   * @param series a name and the class of its colour each, from the bottom up
   * @param name what a value of the x axis is called, and what where there is little room
   */
  constructor(label, series, name, time) {
    Object.assign(this, { label, series, name, time });
    this.element.className = "chart";
    this.element.setAttribute("aria-hidden", "true");
    this.#observer.observe(this.element);
    this.themed = () => this.#draw();
    addEventListener("themechange", this.themed);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.themed);
  }

  /** Shows figures: the x values, and a list for each series. */
  update(xs, columns) {
    this.#data = { xs, columns };
    if (this.#plot) {
      this.#plot.setData(this.#stacked());
    } else {
      this.#draw();
    }
  }

  close() {
    this.#observer.disconnect();
    removeEventListener("themechange", this.themed);
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.themed);
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** The chart, and its table. */
  view() {
    const { xs, columns } = this.#data ?? { xs: [], columns: [] };
    const rows = xs.map((x, i) => [this.name(x), ...columns.map((column) => column[i])]).filter((row) => row.slice(1).some((n) => n > 0));
    return html`<p class="key" aria-hidden="true">${this.series.map(([name, kind]) => html`<span class="swatch ${kind}">${name}</span>`)}</p>
      ${this.element}
      <details>
        <summary>As a table</summary>
        <div class="scroll" tabindex="0" role="group" aria-label=${`${this.label}, as a table`}>
        <table class="plain">
          <caption class="hidden">${this.label}</caption>
          <thead><tr><th scope="col">${this.time ? "Minute" : "Waited"}</th>${this.series.map(([name]) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${rows.map(([name, ...counts]) => html`<tr><th scope="row">${name}</th>${counts.map((n) => html`<td>${n}</td>`)}</tr>`)}</tbody>
        </table>
        </div>
      </details>`;
  }

  /** Each series on top of those before it; the topmost is drawn first. */
  #stacked() {
    const { xs, columns } = this.#data;
    const sums = [];
    for (const column of columns) {
      const below = sums.at(-1);
      sums.push(column.map((n, i) => n + (below?.[i] ?? 0)));
    }
    return [xs, ...sums.reverse()];
  }

  #fit() {
    const { clientWidth } = this.element;
    if (this.#plot && clientWidth > 0 && clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: clientWidth, height: HEIGHT });
    } else if (!this.#plot && this.#data && clientWidth > 0) {
      this.#draw();
    }
  }

  #draw() {
    this.#plot?.destroy();
    this.#plot = null;
    if (!this.#data || this.element.clientWidth === 0) {
      return;
    }
    const text = colour("quiet");
    const axis = { stroke: text, font: "12px system-ui, sans-serif", ticks: { show: false }, grid: { stroke: colour("line"), width: 1 } };
    const { xs } = this.#data;
    const below = this.time
      ? { ...axis, grid: { show: false }, size: 28, incrs: [600, 1200, 1800], values: (_, splits) => splits.map((s) => this.name(s)) }
      : { ...axis, grid: { show: false }, splits: () => xs, values: (_, splits) => splits.map((s) => this.name(s, this.element.clientWidth < NARROW)), size: 28 };
    this.#plot = new uPlot(
      {
        width: this.element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: (_, min, max) => [min - (this.time ? 60 : 0.6), max + (this.time ? 60 : 0.6)] },
          y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] },
        },
        axes: [below, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6] }],
        series: [
          {},
          ...this.series.toReversed().map(([, kind]) => ({
            fill: colour(kind),
            width: 0,
            paths: uPlot.paths.bars({ size: [0.8, 60] }),
            points: { show: false },
          })),
        ],
      },
      this.#stacked(),
      this.element,
    );
  }
}
