import type { Chart, Machine, Result, Settings } from '../support/results.ts';
import { textTable } from '../support/table.ts';
import type { Part } from './growth.ts';
import { CHECKS_HEAD, CONSTANTS_HEAD, type Model } from './model.ts';

/** In which order the page tells it; what is not here comes last. */
const ORDER = [
  'burst',
  'recurring',
  'nodes',
  'backlog',
  'fairness',
  'api',
  'lists',
  'idle',
  'soak',
  'relative',
  'time',
];

const INTRODUCTION = `# Performance

What is measured, workload by workload; then [how it grows](#how-it-grows) with schedules and servers, and [sizing](#sizing): what a load takes.

Written by \`npm run bench -- report\` from the results in \`bench/results\`. Each section is one command that anyone can run:
\`npm run bench -- <workload>\`, with \`--against pg-boss,graphile-worker,bullmq,limit,ledger-limit,journal-limit\` where peers are measured beside it.

- The product runs as a user runs it: its real server process, its HTTP API, PostgreSQL with \`fsync\` and \`synchronous_commit\` on and 1 GB of
  \`shared_buffers\`. Product and peers use the same PostgreSQL, each a database of its own, and the same receiver, in turn, in the same run.
- Absolute figures move between runs and machines. A ratio within one run says more, and only such ratios are shown: where the rows of a table were
  measured in several runs, a column says when and at which commit.
- The peers are at their newest versions and at the best settings that we found, each in a process of its own with one POST and one result for each
  job: pg-boss two workers with batches of 500, graphile-worker a local queue of 500 and gathered results, BullMQ 100 at once on Redis with
  \`appendfsync everysec\` (it may lose the last second). **limit** is a loop of a hundred lines that claims, posts and writes results,
  and does nothing else: what PostgreSQL and Node give at most. **ledger-limit** is the same loop with signed requests and a row for each run, written as it
  starts and as it ends: what they give at most to whoever keeps a ledger. **journal-limit** writes that row once, as the run has ended.
- None of the peers keeps a run with its attempts, lateness, request and response for each occurrence; the product does, and that is in its figures.
`;

/** What else is to be read about a workload. */
const FURTHER: Readonly<Record<string, string>> = {
  burst:
    'Where the time of a burst goes, and what was tried: [scaling.md](scaling.md#what-was-found-and-what-was-tried-and-lost).',
};

/** The whole page. */
export function page(results: readonly Result[], growth: Part | null, model: Model): string {
  const place = ({ workload }: Result) => (ORDER.indexOf(workload) + 1 || ORDER.length + 1) - 1;
  const sections = results.toSorted((a, b) => place(a) - place(b)).map(section);
  const parts = [INTRODUCTION, ...sections, partSection(growth ?? TOO_FEW), sizing(model)];
  return parts.join('\n').replaceAll(/\n{3,}/g, '\n\n');
}

function section(result: Result): string {
  const { title, method, notes, targets, tables, charts } = result;
  const held = targets.map((t) => [t.what, t.wanted, t.found, t.held ? 'held' : '**missed**']);
  return [
    `## ${title}`,
    method,
    ...charts.map((chart) => drawn(result.workload, chart)),
    ...tables.map((table) => `${table.title}:\n\n${textTable(table.head, table.rows)}`),
    ...(held.length > 0 ? [textTable(['target', 'wanted', 'found', ''], held)] : []),
    ...notes,
    ...(FURTHER[result.workload] === undefined ? [] : [FURTHER[result.workload]]),
    measured(result),
    '',
  ].join('\n\n');
}

function drawn(of: string, chart: Chart): string {
  return `![Chart of ${of}: ${chart.title} (${chart.unit})](performance/${chart.name}.svg)`;
}

const TOO_FEW: Part = {
  title: 'How it grows',
  paragraphs: ['Needs `npm run bench -- recurring` or `npm run bench -- nodes` with several sizes.'],
  charts: [],
};

function partSection({ title, paragraphs, charts }: Part): string {
  return [`## ${title}`, ...paragraphs, ...charts.map((chart) => drawn('growth', chart)), ''].join('\n\n');
}

const SIZING = `A model with two constants for each thing that a load takes: so much a second in any case, so much for each run. They are computed from two of the
loads above, the rest of which, and other kinds of load, say how far it holds. The machine's cores are shared by server, PostgreSQL, receiver and bench. WAL
includes whole pages after a checkpoint; sizes of the ledger are those on the disk after the measured minutes, dead rows included.`;

function sizing({ from, constants, checks, notes }: Model): string {
  const told =
    from === null
      ? []
      : [
          SIZING,
          `Constants, from ${from.map(({ what }) => what).join(' and ')}:\n\n${textTable(CONSTANTS_HEAD, constants)}`,
        ];
  const checked =
    checks.length === 0 ? [] : [`Predicted beside measured, of a run:\n\n${textTable(CHECKS_HEAD, checks)}`];
  return ['## Sizing', ...told, ...notes, ...checked, ''].join('\n\n');
}

function measured({ measured_at, machine, settings }: Result): string {
  const said = Object.entries(settings)
    .filter(([, value]) => value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0))
    .map(([name, value]) => `${name} ${told(value)}`);
  return `_${measured_at.slice(0, 10)}, ${whereOf(machine)}. ${said.join('; ')}._`;
}

function told(value: Settings[string]): string {
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, part]) => (Array.isArray(value) ? String(part) : `${name} ${part}`))
    .join(', ');
}

function whereOf(machine: Machine): string {
  const { cores, cpu, memory_gb, node, postgres, commit, load } = machine;
  return `${cores} × ${cpu}, ${memory_gb} GB, Node ${node}${postgres === '' ? '' : `, PostgreSQL ${postgres}`}, commit ${commit}, load before it ${load}`;
}
