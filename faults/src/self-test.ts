import { check } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { MUTANTS } from './mutants.ts';

/** What came of one mutant: caught by its check, missed, or the evidence had nothing to bend that way. */
export interface Trial {
  readonly name: string;
  readonly result: 'caught' | 'missed' | 'not possible here';
}

/** Bends evidence in every way that the checker must notice, and tells whether it did. */
export function tryMutants(evidence: Evidence): Trial[] {
  // What is wrong anyway must not pass for having noticed the mutant.
  const known = new Set(check(evidence).map(({ check, message }) => `${check} ${message}`));
  return MUTANTS.map(({ name, check: expected, bend }) => {
    const bent = structuredClone(evidence);
    if (!bend(bent)) return { name, result: 'not possible here' };
    const noticed = check(bent).some((v) => v.check === expected && !known.has(`${v.check} ${v.message}`));
    return { name, result: noticed ? 'caught' : 'missed' };
  });
}
