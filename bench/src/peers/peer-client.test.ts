import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { PeerClient } from './peer-client.ts';

test(
  'a peer that is given up at its work is ended, and whoever waits for it is told',
  { timeout: 30_000 },
  async () => {
    // The limit asks a database that takes connections and says nothing: its answer does not come.
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => {
      silent.once('listening', resolve);
    });
    const { port } = silent.address() as { port: number };
    const client = await PeerClient.start('limit', `postgresql://nobody@127.0.0.1:${port}/none`);
    const asked = client.call({ method: 'burst', load: { jobs: 1, at: 0, url: '' } });
    const told = expect(asked).rejects.toThrow('the process of the peer ended');
    await client.stop();
    await told;
    expect(() => process.kill(client.pid, 0)).toThrow('ESRCH');
    await new Promise((resolve) => {
      silent.close(resolve);
    });
  },
);

test('a peer that does nothing ends when it is told to', { timeout: 30_000 }, async () => {
  const client = await PeerClient.start('limit', 'postgresql://nobody@127.0.0.1:9/none');
  await client.stop();
  expect(() => process.kill(client.pid, 0)).toThrow('ESRCH');
});
