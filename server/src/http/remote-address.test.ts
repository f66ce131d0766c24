import type { Context } from 'hono';
import { describe, expect, it } from 'vitest';
import { originOf, rangesOf, wholeAddress } from './remote-address.ts';

const PROXIES = rangesOf(['10.0.0.0/8', 'fd00::/8']);

describe('where a request comes from', () => {
  it.each([
    ['without proxies, the connection', '203.0.113.7', undefined, [], '203.0.113.7'],
    ['whatever it claims', '203.0.113.7', '198.51.100.1', [], '203.0.113.7'],
    ['not a proxy: its claim is nothing', '203.0.113.7', '198.51.100.1', PROXIES, '203.0.113.7'],
    ['a proxy says it', '10.0.0.1', '198.51.100.1', PROXIES, '198.51.100.1'],
    ['the last that no proxy of ours wrote', '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.9', PROXIES, '198.51.100.1'],
    ['a caller may write anything before', '10.0.0.1', 'nonsense, 127.0.0.1, 198.51.100.1', PROXIES, '198.51.100.1'],
    ['nothing but proxies', '10.0.0.1', '10.0.0.2, 10.0.0.3', PROXIES, '10.0.0.2'],
    ['what is no address ends it', '10.0.0.1', '198.51.100.1, unknown, 10.0.0.3', PROXIES, '10.0.0.3'],
    ['with a port', '10.0.0.1', '198.51.100.1:4711', PROXIES, '198.51.100.1'],
    ['a number is no address', '10.0.0.1', '2130706433', PROXIES, '10.0.0.1'],
    ['an IPv4 address as IPv6 has it', '::ffff:10.0.0.1', '::ffff:198.51.100.1', PROXIES, '198.51.100.1'],
    ['an IPv6 caller by its network', '2001:db8:1:2:3:4:5:6', undefined, PROXIES, '2001:db8:1:2::/64'],
    ['behind an IPv6 proxy', 'fd00::1', '[2001:db8::1]:443', PROXIES, '2001:db8::/64'],
    ['a connection that is gone', undefined, '198.51.100.1', PROXIES, 'unknown'],
  ])('%s', (_what, peer, forwarded, trusted, expected) => {
    expect(originOf(peer, forwarded, trusted)).toBe(expected);
  });
});

it('is all of an IPv6 address where people look for who it was, and nothing where it is not known', () => {
  const asked = (remoteAddress: string | undefined, forwarded?: string) =>
    wholeAddress(
      { env: { incoming: { socket: { remoteAddress } } }, req: { header: () => forwarded } } as unknown as Context,
      rangesOf(['127.0.0.0/8']),
    );
  expect(asked('2001:db8::1')).toBe('2001:db8::1');
  expect(asked('127.0.0.1', '2001:db8::2')).toBe('2001:db8::2');
  expect(asked('192.0.2.1', '2001:db8::2')).toBe('192.0.2.1');
  expect(asked(undefined)).toBeNull();
});
