import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../server/test/process/waiting.ts';
import { listen } from '../../server/test/support/listen.ts';
import { nowhere } from './hydracore.ts';
import { Workshop } from './workshop.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await Workshop.open();
});
afterAll(() => shop.close());

describe('runs tail', () => {
  it('shows the last ones, then each change as it comes, until it is told to end', async () => {
    shop.world.script = () => ({ kind: 'delivered', request: null, response: { status: 200 } });
    const { id } = await shop.world.create({ name: 'tailed' });
    await shop.world.advanceTo('2027-03-01T09:03:00Z');
    const { said, ended, stop } = shop.startAs(['runs', 'tail', '--schedule', id, '--lines', '2'], shop.env());
    const lines = () => said.stdout.split('\n').filter((line) => line !== '');
    await eventually('the last two are shown', () => lines().length === 2);
    await shop.world.advanceTo('2027-03-01T09:04:00Z');
    await shop.world.streams.tick();
    await eventually('the next one is shown', () => lines().length === 3);
    stop();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(
      lines().map((line) =>
        line
          .split(/ {2,}/)
          .filter((_, index) => index !== 2)
          .slice(0, 3),
      ),
    ).toEqual(
      ['09:02', '09:03', '09:04'].map((at) => [`2027-03-01 ${at}:00Z`, 'SUCCEEDED', expect.stringMatching(/^tailed/)]),
    );
  });

  it.each([
    [2, 2],
    [6, 3],
    [4, 3],
  ])('begins with as many as asked for, or as there are: %i of 3 are %i', async (asked, shown) => {
    const { id } = await shop.world.create({ name: 'few' });
    for (let made = 0; made < 3; made += 1) await shop.world.call('POST', `/v1/schedules/${id}/trigger`);
    const args = ['runs', 'tail', '--schedule', id, '--lines', String(asked)];
    const { said, ended, stop } = shop.startAs(args, shop.env());
    const lines = () => said.stdout.split('\n').length - 1;
    await eventually('they are shown', () => lines() >= shown);
    // What comes next is shown after them, so that they are all.
    const next = (await shop.world.call('POST', `/v1/schedules/${id}/trigger`)).body.id;
    await eventually('the next one is told of', async () => {
      await shop.world.streams.tick();
      return said.stdout.includes(next);
    });
    stop();
    expect((await ended).code).toBe(0);
    expect(lines()).toBe(shown + 1);
    await shop.world.call('DELETE', `/v1/schedules/${id}`);
  });

  it('gives programs one run a line, of one status where asked for', async () => {
    const { id } = await shop.world.create({ name: 'held' });
    await shop.world.call('POST', `/v1/schedules/${id}/trigger`);
    const args = ['runs', 'tail', '--json', '--status', 'PENDING', '--schedule', id];
    const { said, ended, stop } = shop.startAs(args, shop.env());
    await eventually('it is shown', () => said.stdout.endsWith('\n'));
    expect(JSON.parse(said.stdout)).toMatchObject({ schedule_id: id, status: 'PENDING' });
    stop();
    expect((await ended).code).toBe(0);
  });

  it('goes on when the server is away for a while, but not without a first answer or a credential', async () => {
    expect((await shop.run(['runs', 'tail', '--url', await nowhere()])).code).toBe(3);
    expect((await shop.runAs(shop.env('hc_live_nobody'), 'runs', 'tail')).code).toBe(4);
    const { id } = await shop.world.create();
    await shop.world.call('POST', `/v1/schedules/${id}/trigger`);
    let away = false;
    const between = await listen({
      fetch: async (request) => (away ? new Response(null, { status: 503 }) : await shop.world.fetch(request)),
    });
    const env = { ...shop.env(), HYDRACORE_URL: between.url };
    const { said, ended, stop } = shop.startAs(['runs', 'tail', '--lines', '1'], env);
    await eventually('it is shown', () => said.stdout !== '');
    away = true;
    shop.world.streams.closeAll();
    await eventually('it says so', () => said.stderr.includes('asking on'));
    await shop.world.advanceTo(shop.world.clock.now() + 60_000);
    away = false;
    await eventually('it says so', () => said.stderr.includes('The server answers again.'));
    await eventually('what happened meanwhile is shown', () => said.stdout.includes('tailed'));
    stop();
    expect((await ended).code).toBe(0);
    await between.close();
  });

  it('goes on when the server goes away just as it is asked for what it told of', async () => {
    const { id } = await shop.world.create({ name: 'asked for' });
    let isListed = false;
    let away: 'not yet' | 'now' | 'no more' = 'not yet';
    const between = await listen({
      fetch: async (request) => {
        if (away === 'not yet' && new URL(request.url).pathname.startsWith('/v1/runs/')) away = 'now';
        if (away === 'now') return new Response(null, { status: 503 });
        const answer = await shop.world.fetch(request);
        // Asked for once the stream stands: from here on only that tells of runs.
        isListed ||= new URL(request.url).pathname === '/v1/runs';
        return answer;
      },
    });
    const env = { ...shop.env(), HYDRACORE_URL: between.url };
    const { said, ended, stop } = shop.startAs(['runs', 'tail', '--schedule', id], env);
    await eventually('it has asked for the last ones', () => isListed);
    await shop.world.advanceTo(shop.world.clock.now() + 60_000);
    await shop.world.streams.tick();
    await eventually('it says that the server is away', () => said.stderr.includes('asking on'));
    expect(said.stdout).toBe('');
    away = 'no more';
    await eventually('it shows the run after all', () => said.stdout.includes('asked for'));
    expect(said.stderr).toMatch(/asking on\.\n.*The server answers again\.\n$/);
    stop();
    expect((await ended).code).toBe(0);
    await between.close();
  });
});
