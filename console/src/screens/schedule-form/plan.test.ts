import { describe, expect, it } from 'vitest';
import { expressionOf, type Plan, planOf } from './plan.ts';

describe('a plan', () => {
  it.each<[Plan, string | null]>([
    [{ kind: 'every', count: 15, unit: 'minutes' }, 'rate(15 minutes)'],
    [{ kind: 'every', count: 1, unit: 'hours' }, 'rate(1 hour)'],
    [{ kind: 'daily', time: '09:05' }, '5 9 * * *'],
    [{ kind: 'daily', time: '00:00' }, '0 0 * * *'],
    [{ kind: 'weekly', days: ['FRI', 'MON'], time: '18:30' }, '30 18 * * MON,FRI'],
    [{ kind: 'monthly', day: '31', time: '06:00' }, '0 6 31 * *'],
    [{ kind: 'monthly', day: 'L', time: '06:00' }, '0 6 L * *'],
    [{ kind: 'cron', text: ' @daily ' }, '@daily'],
    [{ kind: 'cron', text: ' ' }, null],
    [{ kind: 'once', at: '2027-01-01T09:00' }, 'at(2027-01-01T09:00)'],
    [{ kind: 'once', at: '2027-01-01T09:00:00Z' }, '2027-01-01T09:00:00Z'],
    [{ kind: 'once', at: '' }, null],
    [{ kind: 'relative', time: '' }, null],
    [{ kind: 'relative', time: '09:00' }, '09:00'],
    // Half typed: the API says what is wrong with it.
    [{ kind: 'daily', time: '' }, '? ? * * *'],
  ])('%j is written %j', (plan, expression) => {
    expect(expressionOf(plan)).toBe(expression);
  });
});

describe('an expression', () => {
  it.each([
    ['RATE', 'rate(5 minutes)', { kind: 'every', count: 5, unit: 'minutes' }],
    ['RATE', '90s', { kind: 'every', count: 90, unit: 'seconds' }],
    ['RATE', 'PT1H30M', { kind: 'every', count: 90, unit: 'minutes' }],
    ['RATE', 'P2D', { kind: 'every', count: 2, unit: 'days' }],
    ['RATE', 'rate(1 week)', { kind: 'every', count: 7, unit: 'days' }],
    ['RATE', '1h', { kind: 'every', count: 1, unit: 'hours' }],
    ['CRON', '30 8 * * *', { kind: 'daily', time: '08:30' }],
    ['CRON', '0 9 * * mon,FRI', { kind: 'weekly', days: ['MON', 'FRI'], time: '09:00' }],
    ['CRON', '0 6 LW * *', { kind: 'monthly', day: 'LW', time: '06:00' }],
    ['CRON', '0 9 * * MON-FRI', { kind: 'cron', text: '0 9 * * MON-FRI' }],
    ['CRON', '*/5 * * * *', { kind: 'cron', text: '*/5 * * * *' }],
    ['CRON', '0 25 * * *', { kind: 'cron', text: '0 25 * * *' }],
    ['CRON', '0 9 1 * MON', { kind: 'cron', text: '0 9 1 * MON' }],
    ['CRON', '0 9 32 * *', { kind: 'cron', text: '0 9 32 * *' }],
    ['CRON', '0 0 9 * * *', { kind: 'cron', text: '0 0 9 * * *' }],
    ['ONE_TIME', 'at(2027-01-01T09:00:00)', { kind: 'once', at: '2027-01-01T09:00:00' }],
    ['ONE_TIME', '2027-01-01T09:00:00Z', { kind: 'once', at: '2027-01-01T09:00:00Z' }],
    ['RRULE', 'RRULE:FREQ=DAILY', { kind: 'rrule', text: 'RRULE:FREQ=DAILY' }],
    ['RELATIVE', null, { kind: 'relative', time: '' }],
  ] as const)('%s %s is read as a plan that says the same', (type, expression, plan) => {
    expect(planOf(type, expression)).toEqual(plan);
    // What is read is written as something that is read the same.
    expect(planOf(type, expressionOf(planOf(type, expression)))).toEqual(plan);
  });
});
