import type { FieldProblem } from '../domain/errors.ts';
import { rfc3339 } from './answers.ts';

/** What is wrong with a span of a query that is asked for by its ends, both of which may be left out. */
export function spanProblems({ from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }) {
  const problems: FieldProblem[] = [];
  if (from !== undefined && to !== undefined && to < from) {
    const msg = `${rfc3339(to)} is before from (${rfc3339(from)}); it must not be earlier`;
    problems.push({ loc: ['query', 'to'], msg, type: 'to_before_from' });
  }
  return problems;
}
