/** A CPU profile as V8 writes it: a tree of calls, and which node was running at each sample. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time by a name, in ms, the most first. */
export type Times = readonly (readonly [name: string, ms: number])[];

/**
 * Where the time went: by the part of the program (what Node does counts for the nearest caller that is ours or a library),
 * by function (its own time), and by our own functions with what they call.
 */
export interface Breakdown {
  readonly busyMs: number;
  readonly parts: Times;
  readonly own: Times;
  readonly withCallees: Times;
}

type Frame = CpuProfile['nodes'][number]['callFrame'];

const COLLECTOR = '(garbage collector)';
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Sums up a profile. */
export function breakdown(profile: CpuProfile): Breakdown {
  const self = new Map<number, number>();
  for (const [i, id] of profile.samples.entries()) {
    self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1_000);
  }
  const parts = new Map<string, number>();
  const own = new Map<string, number>();
  const inclusive = new Map<string, number>();
  const add = (map: Map<string, number>, name: string, ms: number) => map.set(name, (map.get(name) ?? 0) + ms);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  // With what it calls, a function counts once however often it is on the stack.
  const visit = (id: number, above: ReadonlySet<string>, caller: string): number => {
    const node = nodes.get(id);
    if (!node) return 0;
    const name = nameOf(node.callFrame);
    const ms = IDLE.has(node.callFrame.functionName) ? 0 : (self.get(id) ?? 0);
    const collecting = node.callFrame.functionName === COLLECTOR;
    const part = partOf(node.callFrame) ?? (collecting ? COLLECTOR : caller);
    if (ms > 0) {
      add(parts, part, ms);
      add(own, name, ms);
    }
    const within = new Set(above).add(name);
    let total = ms;
    for (const child of node.children ?? []) total += visit(child, within, part);
    if (!above.has(name) && partOf(node.callFrame)?.startsWith('server/')) add(inclusive, name, total);
    return total;
  };
  const busyMs = visit(profile.nodes[0]?.id ?? 0, new Set(), 'Node by itself');
  return { busyMs, parts: sorted(parts), own: sorted(own), withCallees: sorted(inclusive) };
}

function sorted(times: Map<string, number>): Times {
  return [...times].toSorted((a, b) => b[1] - a[1]);
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${shortPath(url)}:${lineNumber + 1}`;
}

function shortPath(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*\/(?=node_modules\/|server\/src\/|bench\/src\/)/, '');
}

/** `server/store/runs.ts` or `node_modules/pg`; null where it is Node. */
function partOf({ url }: Frame): string | null {
  if (url === '' || url.startsWith('node:') || url.startsWith('wasm:')) return null;
  const path = shortPath(url);
  return (/^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path).replace('server/src/', 'server/');
}
