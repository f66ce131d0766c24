import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import UPNG from 'upng-js';
import { Visit } from '../server/test/browser/support/browser.ts';
import { Receiver } from '../server/test/process/receiver.ts';
import { stock } from './screenshots/stock.ts';
import { inTerminal, terminalSvg } from './screenshots/terminal.ts';

/** `npm run screenshots`: the pictures of the README, from a real server, with Debian's Chromium and util-linux' `script`. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(ROOT, 'docs', 'images');
/** Of the terminal. */
const COLUMNS = 146;
/** Of a picture: a third of the bytes of all of them, and nobody sees it. */
const COLOURS = 128;
const VIEW = { width: 1400, height: 860 };

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** The console's pages, as they are shown to one who is signed in. */
async function photograph(visit: Visit, nightly: string): Promise<void> {
  const { page, server } = visit;
  await page.goto(`${server.url}/schedules`);
  await visit.signIn();
  await page.getByText('Nightly revenue report').waitFor();

  const take = async (name: string, path: string | null, ready: () => Promise<unknown>) => {
    if (path !== null) await page.goto(`${server.url}${path}`);
    await ready();
    await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined);
    await page.evaluate('document.fonts.ready.then(() => null)');
    await page.mouse.move(0, 0);
    const taken = UPNG.decode(new Uint8Array(await page.screenshot({ animations: 'disabled', caret: 'hide' })).buffer);
    const palette = UPNG.encode(UPNG.toRGBA8(taken), taken.width, taken.height, COLOURS);
    await writeFile(join(IMAGES, `${name}.png`), Buffer.from(palette));
    say(`docs/images/${name}.png`);
  };
  const list = () => page.getByText('Nightly revenue report').first().waitFor();
  const heading = () => page.getByRole('heading', { name: 'Nightly revenue report' }).waitFor();

  await take('schedules', null, list);
  await take('schedule', `/schedules/${nightly}`, heading);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await take('schedule-dark', null, heading);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await take('form', '/schedules/new', async () => {
    await page.getByRole('textbox', { name: 'Name' }).fill('Sunday maintenance');
    await page.getByRole('combobox', { name: 'It fires' }).click();
    await page.getByRole('option', { name: 'Cron expression' }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('America/New_York');
    await page.getByRole('option', { name: 'America/New_York' }).click();
    await page.getByRole('textbox', { name: 'Cron expression' }).fill('30 2 * MAR SUN');
    await page.getByRole('region', { name: 'Preview' }).getByText('does not exist').first().waitFor();
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  });
  // Where this version has them.
  const places = page.getByRole('navigation').getByRole('link');
  for (const [name, label] of [
    ['overview', 'Overview'],
    ['upcoming', 'Upcoming'],
    ['runs', 'Runs'],
  ] as const) {
    if ((await places.filter({ hasText: label }).count()) === 0) continue;
    const path = (await places.filter({ hasText: label }).first().getAttribute('href')) ?? '/';
    await take(name, path, () => page.getByRole('heading', { name: label }).first().waitFor());
  }
}

/** The command line in a terminal. */
async function typeAt(url: string, dataDir: string): Promise<void> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HYDRACORE_|FORCE_COLOR|NO_COLOR)/.test(name));
  const bin = join(ROOT, 'node_modules', '.bin');
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [bin, dirname(process.execPath), process.env['PATH']].join(':'),
    HYDRACORE_URL: url,
  };
  const key = `--api-key-file ${join(dataDir, 'api-key')}`;
  const commands = [
    ['hydracore schedules list --limit 5', 20_000],
    ['hydracore runs tail --lines 8', 8_000],
    ['hydracore doctor', 20_000],
  ] as const;
  const parts = [];
  for (const [command, ms] of commands) {
    parts.push({ command, said: await inTerminal(`${command} ${key}`, COLUMNS, env, ms) });
  }
  const here = { [join(dataDir, 'api-key')]: '.hydracore/api-key', [url]: 'http://127.0.0.1:8080' };
  const shown = parts.map(({ command, said }) => ({
    command,
    said: Object.entries(here).reduce((all, [from, to]) => all.replaceAll(from, to), said),
  }));
  await writeFile(join(IMAGES, 'cli.svg'), terminalSvg(shown, COLUMNS));
  say('docs/images/cli.svg');
}

const visit = new Visit();
try {
  await mkdir(IMAGES, { recursive: true });
  const receiver = await new Receiver().start();
  visit.cleanup.add(() => receiver.stop());
  await visit.open({ deviceScaleFactor: 1.5, viewport: VIEW, timezoneId: 'America/New_York', colorScheme: 'light' });
  const { nightly } = await stock(visit.server, receiver);
  await typeAt(visit.server.url, visit.server.dataDir);
  await photograph(visit, nightly);
} finally {
  await visit.cleanup.run();
}
