import { expect, it } from 'vitest';
import { check } from './checker.ts';
import { dueInstants } from './due.ts';
import { MUTANTS } from './mutants.ts';
import { sampleEvidence } from './sample.ts';
import { tryMutants } from './self-test.ts';

it('has nothing against what a faultless server leaves behind', () => {
  expect(check(sampleEvidence())).toEqual([]);
});

it.each(MUTANTS)('notices $name', (mutant) => {
  const bent = sampleEvidence();
  expect(mutant.bend(bent), 'the sample has something to bend').toBe(true);
  expect(check(bent).map((violation) => violation.check)).toContain(mutant.check);
});

it('does not take a violation that is there anyway for a caught mutant', () => {
  const evidence = sampleEvidence();
  const trials = (bent: typeof evidence) => tryMutants(bent).filter(({ result }) => result !== 'caught');
  expect(trials(evidence)).toEqual([]);
  expect(trials({ ...evidence, deliveries: [] })).toContainEqual({
    name: 'a success that no receiver saw',
    result: 'not possible here',
  });
});

it.each([
  ['RATE', 'rate(7 seconds)', null, ['00:00:07.250', '00:00:14.250', '00:00:21.250']],
  ['RATE', 'rate(7 seconds)', '00:00:09.500', ['00:00:09.500', '00:00:16.500']],
  ['RRULE', 'FREQ=SECONDLY;INTERVAL=7', null, ['00:00:07.000', '00:00:14.000', '00:00:21.000']],
  ['RRULE', 'FREQ=SECONDLY;INTERVAL=7', '00:00:09.500', ['00:00:10.000', '00:00:17.000']],
  ['CRON', '*/25 * * * * *', '00:00:50.000', ['00:00:50.000', '00:01:00.000']],
  ['ONE_TIME', 'at(2027-01-01T00:00:20Z)', null, ['00:00:20.000']],
])('knows what is due by %s %s from %s', (type, expression, start, expected) => {
  const at = (time: string) => Date.parse(`2027-01-01T${time}Z`);
  const rule = {
    type,
    expression,
    startAt: start === null ? null : at(start),
    endAt: null,
    createdAt: at('00:00:00.250'),
  };
  const until = start === '00:00:50.000' ? at('00:01:00.000') : at('00:00:22.000');
  expect(dueInstants(rule, rule.createdAt, until)).toEqual(expected.map(at));
});
