import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressPolicy, parseCidr } from './address.ts';

const closed = addressPolicy({ allow: [], allowLoopback: false });

describe('without exceptions', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.0.1', 'linkLocal'],
    ['169.254.169.254', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.100.100.200', 'metadata'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'ipv4Compatible'],
    ['::8.8.8.8', 'ipv4Compatible'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['::ffff:0:127.0.0.1', 'rfc6145'],
    ['64:ff9b::7f00:1', 'rfc6052'],
    ['64:ff9b::8.8.8.8', 'rfc6052'],
    ['64:ff9b:1::1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2002:808:808::1', '6to4'],
    ['2001:0:7f00:1::', 'teredo'],
    ['2001:2::1', 'benchmarking'],
    ['2001:20::1', 'orchid2'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['fc00::1', 'uniqueLocal'],
    ['fd00:ec2::254', 'metadata'],
    ['FD00:0EC2:0:0:0:0:0:254', 'metadata'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fe80::1%br-lan.2', 'linkLocal'],
    ['fd00:ec2::254%eth0', 'metadata'],
    ['::ffff:127.0.0.1%lo', 'loopback'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discard'],
    ['5f00::1', 'segmentRouting'],
    ['4000::1', 'reserved'],
    ['1::1', 'reserved'],
    // Spellings that only a lenient parser takes for an address.
    ['0177.0.0.1', 'not an address'],
    ['127.1', 'not an address'],
    ['2130706433', 'not an address'],
    ['0x7f000001', 'not an address'],
    ['127.0.0.1.', 'not an address'],
    ['example.com', 'not an address'],
    ['', 'not an address'],
  ])('%s is blocked as %s', (address, why) => {
    expect(closed(address)).toBe(why);
  });

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '::ffff:8.8.8.8', '2606:4700::1', '2a00:1450::1'])(
    '%s may be reached',
    (address) => {
      expect(closed(address)).toBeNull();
    },
  );

  it('judges a mapped address exactly as the IPv4 address', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => closed(`::ffff:${address}`) === closed(address)));
  });

  it('never lets an IPv6 address outside 2000::/3 through, unless it is mapped IPv4', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (closed(address) !== null) return;
        expect(/^[23][0-9a-f]{3}:|^(0*:)*:?(0*:)*ffff:/i.test(address), address).toBe(true);
      }),
    );
  });
});

describe('exceptions', () => {
  it('lets loopback through, and nothing else, with allowLoopback', () => {
    const policy = addressPolicy({ allow: [], allowLoopback: true });
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect(policy(address)).toBeNull();
    for (const address of ['0.0.0.0', '::', '::127.0.0.1', '10.0.0.1', '64:ff9b::7f00:1']) {
      expect(policy(address), address).not.toBeNull();
    }
  });

  it('lets through what a CIDR names, IPv4 also in its mapped form', () => {
    const policy = addressPolicy({ allow: ['10.1.0.0/16', 'fd00:1::/32', '192.168.0.7'], allowLoopback: false });
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::9', '192.168.0.7']) {
      expect(policy(address), address).toBeNull();
    }
    for (const address of ['10.2.0.1', '::ffff:10.2.0.1', 'fd00:2::9', '192.168.0.8', '::10.1.2.3']) {
      expect(policy(address), address).not.toBeNull();
    }
  });

  it('reads a mapped CIDR as IPv4', () => {
    const policy = addressPolicy({ allow: ['::ffff:10.0.0.0/104'], allowLoopback: false });
    expect(policy('10.9.9.9')).toBeNull();
    expect(policy('11.0.0.1')).toBeNull();
    expect(policy('192.168.0.1')).toBe('private');
  });

  it.each([
    '',
    'x',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'fd00::/129',
    '::ffff:1.2.3.4/64',
    '10/8',
  ])('refuses the entry %j by name', (entry) => {
    expect(() => parseCidr(entry)).toThrow(`"${entry}" is neither an address nor a CIDR`);
  });
});
