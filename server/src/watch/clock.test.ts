import { describe, expect, it } from 'vitest';
import { DatabaseClock } from '../clock.ts';
import { ClockWatch } from './clock.ts';

/** Three clocks that a test moves: the database's, this machine's, and the one that only goes on. */
function clocks() {
  const at = { database: 1_000_000, wall: 1_000_000, monotonic: 0, away: false };
  const lines: string[] = [];
  const clock = new DatabaseClock(
    async () => {
      if (at.away) throw new Error('the database is away');
      return at.database;
    },
    () => at.monotonic,
    () => at.wall,
  );
  const watch = new ClockWatch(clock, (level, message, data) =>
    lines.push(`${level} ${message} ${JSON.stringify(data)}`),
  );
  const pass = (ms: number) => {
    at.database += ms;
    at.wall += ms;
    at.monotonic += ms;
  };
  return { at, clock, watch, lines, pass };
}

describe("this machine's clock", () => {
  it('is warned of once when it differs, and once when it agrees again; the time is the database’s throughout', async () => {
    const { at, clock, watch, lines, pass } = clocks();
    await watch.sync();
    at.wall += 5_000;
    await watch.sync();
    expect(lines).toEqual([]);
    at.wall += 1;
    pass(10_000);
    await watch.sync();
    await watch.sync();
    expect(lines).toEqual([
      "warn this machine's clock differs from the database's; schedules go by the database's {\"drift_ms\":5001}",
    ]);
    expect(clock.drift()).toBe(5_001);
    expect(clock.now()).toBe(at.database);
    at.wall -= 5_001;
    await watch.sync();
    await watch.sync();
    expect(lines.slice(1)).toEqual(['info this machine\'s clock agrees with the database\'s again {"drift_ms":0}']);
  });

  it('may be off from the start', () => {
    const { at, watch, lines } = clocks();
    at.wall -= 60_000;
    watch.compare();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('-60000');
  });

  it('does not move the time when it jumps', () => {
    const { at, clock } = clocks();
    at.wall += 3_600_000;
    expect(clock.now()).toBe(1_000_000);
  });
});

describe("the database's clock", () => {
  it.each([-90_000, 90_000])('is followed when it jumps by %i ms, with a warning', async (by) => {
    const { at, clock, watch, lines } = clocks();
    await watch.sync();
    at.database += by;
    await watch.sync();
    expect(clock.now()).toBe(1_000_000 + by);
    expect(lines[0]).toBe(`warn the database's clock has jumped; what was planned stays planned {"jump_ms":${by}}`);
    await watch.sync();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("this machine's clock differs");
  });

  const DAY = 86_400_000;

  it.each([-365 * DAY, 365 * DAY])(
    'is not followed when it jumps by %i ms and this machine’s has not; until it is back',
    async (by) => {
      const { at, clock, watch, lines, pass } = clocks();
      await watch.sync();
      at.database += by;
      pass(10_000);
      for (let i = 0; i < 2; i += 1) await watch.sync();
      expect(clock.now()).toBe(1_010_000);
      expect(clock.agreed()).toBe(1_010_000);
      expect(clock.drift(), 'those who watch see it').toBe(-by);
      expect(lines.map((line) => line.slice(0, 49))).toEqual([
        "error the database's clock has jumped by more tha",
        "warn this machine's clock differs from the databa",
      ]);
      at.database -= by - 7;
      await watch.sync();
      expect(clock.now()).toBe(1_010_007);
      expect(clock.astray()).toBe(false);
      expect(lines.slice(2)).toEqual(['info this machine\'s clock agrees with the database\'s again {"drift_ms":-7}']);
    },
  );

  it('is followed by as much where this machine’s says the same, or has been wrong before', async () => {
    const asleep = clocks();
    await asleep.watch.sync();
    asleep.at.database += 3 * DAY;
    asleep.at.wall += 3 * DAY;
    await asleep.watch.sync();
    expect(asleep.clock.now()).toBe(asleep.at.database);
    const wrong = clocks();
    await wrong.watch.sync();
    wrong.at.wall += 9 * DAY;
    wrong.at.database += 2 * DAY;
    await wrong.watch.sync();
    expect(wrong.clock.now()).toBe(wrong.at.database);
  });

  it.each([
    [2 * DAY, "This machine's clock is 48 hours ahead of the database's."],
    [-365 * DAY, "This machine's clock is 8760 hours behind the database's."],
  ])('is not begun with when this machine’s is %i ms ahead', async (by, message) => {
    const { at, clock } = clocks();
    at.wall += by;
    await expect(clock.sync()).rejects.toThrow(message);
    expect(() => clock.agreed()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    at.wall -= by;
    await clock.sync();
    expect(clock.agreed()).toBe(1_000_000);
  });

  it('goes on by itself while the database does not answer', async () => {
    const { at, clock, watch, lines, pass } = clocks();
    await watch.sync();
    at.away = true;
    pass(60_000);
    await watch.sync();
    expect(clock.now()).toBe(1_060_000);
    expect(lines).toEqual([]);
  });
});

describe('a request before the database has been asked for the time', () => {
  it('is told to come again: a clock that is off by 90 s must not write what it says', async () => {
    let away = true;
    const clock = new DatabaseClock(
      async () => {
        if (away) throw new Error('away');
        return 1_000_000;
      },
      () => 0,
      () => 1_090_000,
    );
    await expect(clock.sync()).rejects.toThrow('away');
    expect(() => clock.agreed()).toThrow(expect.objectContaining({ code: 'unavailable' }));
    away = false;
    await clock.sync();
    expect(clock.agreed()).toBe(1_000_000);
    away = true;
    await expect(clock.sync()).rejects.toThrow('away');
    expect(clock.agreed()).toBe(1_000_000);
  });
});

describe('an answer that comes late', () => {
  it('does not set the clock back by as much as the network was slow, and does correct one that is wrong', async () => {
    let database = 1_000_000;
    let monotonic = 0;
    let slow = 0;
    const clock = new DatabaseClock(
      async () => {
        const then = database;
        database += slow;
        monotonic += slow;
        return then;
      },
      () => monotonic,
      () => 0,
    );
    await clock.sync();
    expect(clock.now()).toBe(database);
    slow = 800;
    await clock.sync();
    expect(clock.now()).toBe(database);
    // The database's clock was set back by a minute: what was known lies outside of what the answers leave open.
    database -= 60_000;
    await clock.sync();
    expect(clock.now()).toBe(database - 800);
    slow = 1;
    await clock.sync();
    expect(database - clock.now()).toBeLessThanOrEqual(1);
  });
});
