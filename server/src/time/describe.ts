import type { CronRule } from './cron-parse.ts';

export function describeCron(rule: CronRule): string {
  return rule.canonical;
}
