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
  const top = niceCeiling(Math.max(0, ...chart.series.flatMap(({ values }) => values.filter(Number.isFinite))));
  const y = (value: number) => TOP + plotHeight * (1 - value / top);
  const parts = [grid(top, y), legend(chart), chart.kind === 'bars' ? bars(chart, y) : lines(chart, y)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(chart.title)}">
<style>${STYLE}</style>
<text class="t" x="${RIGHT}" y="24">${escape(chart.title)} (${escape(chart.unit)})</text>
${parts.join('\n')}
</svg>
`;
}

/** The next of 1, 2, 2.5, 5 or 10 times a power of ten. */
export function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999) ?? 10);
}

function grid(top: number, y: (value: number) => number): string {
  return [0, 1, 2, 3, 4]
    .map((i) => {
      const value = (top * i) / 4;
      return `<line class="g" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}"/>
<text x="${LEFT - 8}" y="${at(y(value) + 4)}" text-anchor="end">${shown(value)}</text>`;
    })
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

function lines({ x, xTitle = '', series }: Chart, y: (value: number) => number): string {
  const most = Math.max(...x.map(Number));
  const across = (value: string | number) => LEFT + (plotWidth * Number(value)) / (most || 1);
  const drawn = series.map(({ values }, k) => {
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) ? [`${at(across(x[i] ?? 0))},${at(y(value))}`] : [],
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour(k)}" stroke-width="2"/>`;
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (part) =>
      `<text x="${at(across(most * part))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${shown(most * part)}</text>`,
  );
  const title = `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escape(xTitle)}</text>`;
  return [...drawn, ...ticks, title].join('\n');
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
