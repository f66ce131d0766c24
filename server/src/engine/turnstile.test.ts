import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneKey, type KeyedLane, type Slot } from './lanes.ts';
import { Stop } from '../actions/stop.ts';
import { Turnstile } from './turnstile.ts';

const lane = (tenant_id: string, destination: string): KeyedLane => ({
  tenant_id,
  destination,
  key: laneKey({ tenant_id, destination }),
});
const enter = (turnstile: Turnstile, into: KeyedLane, stop: Stop) =>
  new Promise<Slot | null>((resolve) => turnstile.enter(into, stop, resolve));
const never = new Stop();
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a turnstile', () => {
  it('lets through as many as may be under way, and the next of a lane, in order, as one leaves', async () => {
    const turnstile = new Turnstile({ node: 10, tenant: 10, host: 2 }, () => 0);
    const places: (Slot | null)[] = [];
    const order: number[] = [];
    for (const n of [0, 1, 2, 3]) {
      void enter(turnstile, lane('t', 'a.test'), never).then((place) => {
        order.push(n);
        places.push(place);
      });
    }
    await turn();
    expect(order).toEqual([0, 1]);
    turnstile.leave(places[0] as Slot);
    await turn();
    expect(order).toEqual([0, 1, 2]);
    turnstile.leave(places[1] as Slot);
    await turn();
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('is passed at once by a lane that has room, however many wait in another', async () => {
    const turnstile = new Turnstile({ node: 3, tenant: 3, host: 1 }, () => 0);
    await enter(turnstile, lane('t', 'hangs.test'), never);
    for (let i = 0; i < 50; i += 1) void enter(turnstile, lane('t', 'hangs.test'), never);
    expect(await enter(turnstile, lane('t', 'quiet.test'), never)).not.toBeNull();
  });

  it('serves waiting lanes in turn where the node is full', async () => {
    const turnstile = new Turnstile({ node: 1, tenant: 1, host: 1 }, () => 0);
    let place = await enter(turnstile, lane('t', 'first.test'), never);
    const order: string[] = [];
    for (const host of ['a', 'a', 'a', 'b', 'c']) {
      void enter(turnstile, lane('t', host), never).then((given) => {
        order.push(host);
        place = given;
      });
    }
    for (let i = 0; i < 5; i += 1) {
      turnstile.leave(place as Slot);
      await turn();
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'a']);
  });

  it('is left by who gives up, and by nobody twice', async () => {
    const turnstile = new Turnstile({ node: 1, tenant: 1, host: 1 }, () => 0);
    const place = await enter(turnstile, lane('t', 'a'), never);
    const stop = new Stop();
    const given = enter(turnstile, lane('t', 'a'), stop);
    const behind = enter(turnstile, lane('t', 'a'), never);
    stop.stop(new Error('enough'));
    expect(await given).toBeNull();
    turnstile.leave(place as Slot);
    expect(await behind).not.toBeNull();
    expect(await enter(turnstile, lane('t', 'b'), stop)).toBeNull();
  });

  it('lets nobody through once it is closed', async () => {
    const turnstile = new Turnstile({ node: 1, tenant: 1, host: 1 }, () => 0);
    const place = await enter(turnstile, lane('t', 'a'), never);
    const waiting = enter(turnstile, lane('t', 'a'), never);
    turnstile.close();
    expect(await waiting).toBeNull();
    turnstile.leave(place as Slot);
    expect(await enter(turnstile, lane('t', 'a'), never)).toBeNull();
  });

  it('keeps to every limit, and loses nobody, whatever the order', async () => {
    const step = fc.record({
      tenant: fc.constantFrom('t', 'u'),
      host: fc.constantFrom('', 'a', 'b', 'c'),
      leaves: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const limits = { node: 4, tenant: 3, host: 2 };
        const turnstile = new Turnstile(limits, () => 0);
        const under: Slot[] = [];
        let through = 0;
        const leave = async () => {
          const place = under.shift();
          if (place) turnstile.leave(place);
          await turn();
        };
        for (const { tenant, host, leaves } of steps) {
          void enter(turnstile, lane(tenant, host), never).then((place) => {
            through += 1;
            under.push(place as Slot);
          });
          await turn();
          if (leaves) await leave();
          expect(under.length).toBeLessThanOrEqual(limits.node);
          for (const group of Map.groupBy(under, (place) => place.tenant_id).values()) {
            expect(group.length).toBeLessThanOrEqual(limits.tenant);
          }
          const bound = under.filter((place) => place.destination !== '');
          for (const group of Map.groupBy(bound, (place) => place.destination).values()) {
            expect(group.length).toBeLessThanOrEqual(limits.host);
          }
        }
        while (under.length > 0) await leave();
        expect(through).toBe(steps.length);
      }),
      { numRuns: 50 },
    );
  });
});
