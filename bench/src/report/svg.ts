import { shown } from '../support/table.ts';
import type { Chart } from '../support/results.ts';

/*
 * Charts as SVG files that can be read on white and on black: the page behind shows through, text and lines follow
 * prefers-color-scheme, and the colours of the series have contrast enough on both.
 */

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 76;
const RIGHT = 16;
const TOP = 64;
const BOTTOM = 48;
const COLOURS = ['#2f81f7', '#d9730d', '#1a9e6b', '#b455d6', '#c2404f'];
const STYLE = `text{font:13px system-ui,sans-serif;fill:#24292f}.t{font-size:15px;font-weight:600}.g{stroke:#8c959f;stroke-opacity:.35}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}}`;

const plotWidth = WIDTH - LEFT - RIGHT;
const plotHeight = HEIGHT - TOP - BOTTOM;

/** A chart as the text of an SVG file. */
export function svg(chart: Chart): string {
  const { ticks, y } = upward(chart);
  const parts = [grid(ticks, y), legend(chart), chart.kind === 'bars' ? bars(chart, y) : lines(chart, y)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(chart.title)}">
<style>${STYLE}</style>
<text class="t" x="${RIGHT}" y="24">${escape(chart.title)} (${escape(chart.unit)})</text>
${parts.join('\n')}
</svg>
`;
}

interface Axis {
  readonly ticks: readonly number[];
  readonly y: (value: number) => number;
}

/** The y axis: from 0 in four steps, or by powers of ten. */
function upward({ series, log }: Chart): Axis {
  const values = series.flatMap((one) => one.values.filter(Number.isFinite));
  if (log?.y !== true) {
    const top = niceCeiling(Math.max(0, ...values));
    return {
      ticks: [0, 1, 2, 3, 4].map((i) => (top * i) / 4),
      y: (value) => TOP + plotHeight * (1 - value / top),
    };
  }
  const ticks = powersOfTen(values);
  const along = scale(ticks);
  return { ticks, y: (value) => TOP + plotHeight * (1 - along(value)) };
}

/** Powers of ten from one that no value is below to one that none is above, at least two of them. */
export function powersOfTen(values: readonly number[]): number[] {
  const powers = values.filter((value) => value > 0).map((value) => Math.log10(value));
  if (powers.length === 0) return [1, 10];
  const low = Math.floor(Math.min(...powers) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.max(...powers) - 1e-9));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

/** Where a value is between the first and the last of powers of ten: 0 to 1. */
function scale(powers: readonly number[]): (value: number) => number {
  const [low = 1, high = 10] = [powers[0], powers.at(-1)];
  return (value) => Math.log10(value / low) / Math.log10(high / low);
}

/** The next of 1, 2, 2.5, 5 or 10 times a power of ten. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999) ?? 10);
}

function grid(ticks: readonly number[], y: (value: number) => number): string {
  return ticks
    .map(
      (value) => `<line class="g" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/>
<text x="${LEFT - 8}" y="${at(y(value) + 4)}" text-anchor="end">${shown(value)}</text>`,
    )
    .join('\n');
}

function legend({ series }: Chart): string {
  if (series.length < 2) return '';
  const each = plotWidth / series.length;
  return series
    .map(
      ({ name }, i) =>
        `<rect x="${at(LEFT + i * each)}" y="38" width="12" height="12" fill="${colour(i)}"/><text x="${at(LEFT + i * each + 18)}" y="49">${escape(name)}</text>`,
    )
    .join('\n');
}

function bars({ x, series }: Chart, y: (value: number) => number): string {
  const group = plotWidth / x.length;
  const width = Math.min(60, (group * 0.8) / series.length);
  return x
    .map((name, i) => {
      const middle = LEFT + group * (i + 0.5);
      const drawn = series.map(({ values }, k) => {
        const value = values[i] ?? NaN;
        if (!Number.isFinite(value)) return '';
        const left = middle + (k - series.length / 2) * width;
        const label = `<text x="${at(left + width / 2)}" y="${at(y(value) - 4)}" text-anchor="middle">${shown(value)}</text>`;
        return `<rect x="${at(left + 1)}" y="${at(y(value))}" width="${at(width - 2)}" height="${at(y(0) - y(value))}" fill="${colour(k)}"/>${label}`;
      });
      return `${drawn.join('')}<text x="${at(middle)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${escape(String(name))}</text>`;
    })
    .join('\n');
}

function lines(chart: Chart, y: (value: number) => number): string {
  const { x, xTitle = '', series, log } = chart;
  const { ticks, across } = sideways(chart);
  // Points that are far apart are marked: what is between them was not measured.
  const marked = log?.x === true;
  const drawn = series.map(({ values }, k) => {
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) && (log?.y !== true || value > 0)
        ? [[at(across(Number(x[i]))), at(y(value))] as const]
        : [],
    );
    const marks = marked ? points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="4" fill="${colour(k)}"/>`) : [];
    const line = points.map((point) => point.join(',')).join(' ');
    return `<polyline points="${line}" fill="none" stroke="${colour(k)}" stroke-width="2"/>${marks.join('')}`;
  });
  const marks = ticks.map(
    (tick) =>
      `<text x="${at(across(tick))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
  );
  const title = `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escape(xTitle)}</text>`;
  return [...drawn, ...marks, title].join('\n');
}

/** The x axis of lines: from 0 in four steps, or by powers of ten. */
function sideways({ x, log }: Chart): { ticks: number[]; across: (value: number) => number } {
  // Room for half of a long label.
  const width = plotWidth - 24;
  if (log?.x === true) {
    const ticks = powersOfTen(x.map(Number));
    const along = scale(ticks);
    return { ticks, across: (value) => LEFT + width * along(value) };
  }
  const most = Math.max(...x.map(Number)) || 1;
  return {
    ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => most * part),
    across: (value) => LEFT + (width * value) / most,
  };
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] ?? '#2f81f7';
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
