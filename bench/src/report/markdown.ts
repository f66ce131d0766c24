import type { Machine, Result, Settings } from '../support/results.ts';
import { textTable } from '../support/table.ts';

/** In which order the page tells it; what is not here comes last. */
const ORDER = ['burst', 'recurring', 'nodes', 'backlog', 'fairness', 'api', 'idle', 'soak'];

const INTRODUCTION = `# Performance

Written by \`npm run bench -- report\` from the results in \`bench/results\`. Each section is one command that anyone can run:
\`npm run bench -- <workload>\`, with \`--against pg-boss,graphile-worker,bullmq,limit\` where peers are measured beside it.

- The product runs as a user runs it: its real server process, its HTTP API, PostgreSQL with \`fsync\` and \`synchronous_commit\` on and 1 GB of
  \`shared_buffers\`. Product and peers use the same PostgreSQL, each a database of its own, and the same receiver, in turn, in the same run.
- Absolute figures move between runs and machines. A ratio within one run says more.
- The peers are at their newest versions and at the best settings that we found, each in a process of its own with one POST and one result for each
  job: pg-boss two workers with batches of 500, graphile-worker a local queue of 500 and gathered results, BullMQ 100 at once on Redis with
  \`appendfsync everysec\` (it may lose the last second). **limit** is a loop of a hundred lines that claims, posts and writes results,
  and does nothing else: what PostgreSQL and Node give at most.
- None of the peers keeps a run with its attempts, lateness, request and response for each occurrence; the product does, and that is in its figures.
`;

/** The whole page. */
export function page(results: readonly Result[]): string {
  const place = ({ workload }: Result) => (ORDER.indexOf(workload) + 1 || ORDER.length + 1) - 1;
  const sections = results.toSorted((a, b) => place(a) - place(b)).map(section);
  return [INTRODUCTION, ...sections].join('\n').replaceAll(/\n{3,}/g, '\n\n');
}

function section(result: Result): string {
  const { title, method, notes, targets, tables, charts } = result;
  const held = targets.map((t) => [t.what, t.wanted, t.found, t.held ? 'held' : '**missed**']);
  return [
    `## ${title}`,
    method,
    ...charts.map(
      (chart) => `![Chart of ${result.workload}: ${chart.title} (${chart.unit})](performance/${chart.name}.svg)`,
    ),
    ...tables.map((table) => `${table.title}:\n\n${textTable(table.head, table.rows)}`),
    ...(held.length > 0 ? [textTable(['target', 'wanted', 'found', ''], held)] : []),
    ...notes,
    measured(result),
    '',
  ].join('\n\n');
}

function measured({ measured_at, machine, settings }: Result): string {
  const said = Object.entries(settings)
    .filter(([, value]) => value !== '')
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
  return `${cores} × ${cpu}, ${memory_gb} GB, Node ${node}, PostgreSQL ${postgres}, commit ${commit}, load before it ${load}`;
}
