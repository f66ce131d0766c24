import { readdir, readFile } from 'node:fs/promises';

/** Adds up what the test runs of .ci/run left in test-results/ and prints the closing line. */

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const folder = new URL('../test-results/', import.meta.url);
const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
const reports = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(new URL(file, folder), 'utf8')) as Report),
);
const sum = (key: keyof Report) => reports.reduce((total, report) => total + report[key], 0);
const skipped = sum('numPendingTests');
console.log(
  `${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exitCode = sum('numFailedTests') > 0 || reports.length < 3 ? 1 : 0;
