import type { components } from '../generated/api.ts';
import type { ImportLine } from './lines.ts';

/** A line that can be sent. */
export type GoodLine = Extract<ImportLine, { readonly json: string }>;

/** Below the most that a request may have. */
const MOST_BYTES = 15 * 1024 * 1024;

/** Lines as requests can take them, by number and by size; what can't be sent is told. */
export async function* inBatches(
  lines: AsyncIterable<ImportLine>,
  most: number,
  onProblem: (line: number, problem: string) => void,
): AsyncGenerator<readonly GoodLine[], void, undefined> {
  const encoder = new TextEncoder();
  let batch: GoodLine[] = [];
  let bytes = 0;
  for await (const line of lines) {
    if ('problem' in line) {
      onProblem(line.line, line.problem);
      continue;
    }
    const size = encoder.encode(line.json).length + 1;
    if (batch.length > 0 && (batch.length === most || bytes + size > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

type Problem = components['schemas']['Problem'] | components['schemas']['ValidationProblem'];

/** The API's words on one of many; `body.records.17` is the line. */
export function problemsOfOne({ detail }: Pick<Problem, 'detail'>): string[] {
  if (typeof detail === 'string') return [detail];
  return detail.map(({ loc, msg }) => {
    const ofMany = typeof loc[2] === 'number';
    const field = loc.slice(ofMany ? 3 : 1).join('.') || (ofMany ? '' : loc.join('.'));
    return field === '' ? msg : `${field}: ${msg}`;
  });
}
