import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { Cleanup, type ServerProcess } from '../../process/server.ts';
import { eventually } from '../../process/waiting.ts';

const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

/** Resolves when the page has its new look: two frames, and no transition under way. */
const SETTLED = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() =>
  Promise.all(document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => null)))).then(() => null)`;

/** A real server and a browser before it, with all that went wrong in its pages. */
export class Visit {
  readonly cleanup = new Cleanup();
  /** The addresses of all requests. */
  readonly requests: string[] = [];
  /** What the console, the page's errors and its policy say. */
  readonly problems: string[] = [];
  server!: ServerProcess;
  context!: BrowserContext;
  page!: Page;

  /** Opens both, and waits until the console is built. `env`: of the server. */
  async open(options: BrowserContextOptions = {}, env: Readonly<Record<string, string>> = {}): Promise<this> {
    this.server = await this.cleanup.start({ cwd: await this.cleanup.folder(), env }).ready();
    await eventually('the console is built', async () => (await fetch(`${this.server.url}/`)).ok, 60_000);
    const profile = await mkdtemp(join(tmpdir(), 'hydracore-browser-'));
    this.cleanup.add(() => rm(profile, { recursive: true, force: true }));
    this.context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
      viewport: { width: 1360, height: 860 },
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...options,
    });
    this.cleanup.add(() => this.context.close());
    this.context.setDefaultTimeout(10_000);
    this.page = await this.context.newPage();
    await this.#listen(this.page);
    return this;
  }

  /** Signs in by the form. */
  async signIn(): Promise<void> {
    await this.page.getByRole('textbox', { name: 'API key' }).fill(await this.key());
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async key(): Promise<string> {
    return (await readFile(join(this.server.dataDir, 'api-key'), 'utf8')).trim();
  }

  /** Requests that left the server's origin. */
  foreign(): string[] {
    return this.requests.filter((url) => !url.startsWith(this.server.url) && !/^(?:data|blob):/.test(url));
  }

  /** What axe finds serious or critical on the page as it is shown, light, dark, and on a telephone. */
  async inaccessible(): Promise<string[]> {
    const found: string[] = [];
    for (const [look, colorScheme, width] of [
      ['light', 'light', 1360],
      ['dark', 'dark', 1360],
      ['narrow', 'light', 360],
    ] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.page.setViewportSize({ width, height: 860 });
      await this.page.evaluate(SETTLED);
      const seen = await this.#axe();
      found.push(...seen.map((what) => `${look}: ${what}`));
      const wide = await this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (wide > 0) found.push(`${look}: the page is ${wide} px too wide`);
    }
    await this.page.setViewportSize({ width: 1360, height: 860 });
    await this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    return found;
  }

  async #axe(): Promise<string[]> {
    // By evaluation, as a debugger does: the page's policy lets no other script in, and that it stays.
    await this.page.evaluate(await readFile(AXE, 'utf8'));
    // One line for each rule, with the first place: a table breaks one in each of its rows.
    return (await this.page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) =>
        [id, nodes.length + ' times', nodes[0].html, nodes[0].failureSummary].join(' | ')))`)) as string[];
  }

  async #listen(page: Page): Promise<void> {
    // What a policy stops, a page may catch and say nothing of.
    await page.exposeFunction('tellViolation', (what: string) => this.problems.push(what));
    await page.addInitScript(`document.addEventListener('securitypolicyviolation', (e) =>
      tellViolation(['policy', e.effectiveDirective, e.blockedURI, e.sourceFile, e.lineNumber].join(' ')))`);
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      // Chromium tells of each answer that is an error; what a screen does with it is what tests look at.
      if (!message.text().startsWith('Failed to load resource: the server responded with a status of 4')) {
        this.problems.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }
}
