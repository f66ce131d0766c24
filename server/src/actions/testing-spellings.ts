/** Hosts of URLs, by the address that each is a spelling of: none is of the public internet. */
const SPELLINGS: Readonly<Record<string, string>> = {
  loopback: `127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 017700000001 0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f000001
    0X7F.1 0x7F.0x0.0x0.0x1 127.0.0.1. １２７.0.0.1 ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1 127｡0｡0｡1 %31%32%37.0.0.1 127.0.0.%31
    [::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001]`,
  'loopback inside of IPv6': `[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::FFFF:127.0.0.1] [::127.0.0.1]
    [::7f00:1] [::ffff:0:7f00:1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b:1::7f00:1] [64:ff9b:1:ffff::7f00:1]
    [2002:7f00:1::] [2002:7f00:1::1] [2001:0:7f00:1::] [2001::7f00:1]`,
  unspecified: '0.0.0.0 0 0x0 00 0.0 0.1.2.3 [::] [::0]',
  metadata: `169.254.169.254 0xa9fea9fe 0xA9.0xFE.0xA9.0xFE 2852039166 0251.0376.0251.0376 169.254.43518 169.16689662
    169.254.169.254. [::ffff:a9fe:a9fe] [::ffff:169.254.169.254] [::169.254.169.254] [::a9fe:a9fe] [64:ff9b::a9fe:a9fe]
    [64:ff9b:1::a9fe:a9fe] [2002:a9fe:a9fe::] [fd00:ec2::254] [FD00:0EC2::0254] 168.63.129.16 0xa83f8110 [::ffff:168.63.129.16]
    100.100.100.200 0x646464c8 192.0.0.192`,
  private: `10.0.0.1 10.1 0xa.1 012.1 167772161 172.16.0.1 172.31.255.254 192.168.0.1 0300.0250.0.1 0xc0a80001 192.168.1
    [::ffff:10.0.0.1] [::10.0.0.1] [64:ff9b::10.0.0.1] [2002:a00:1::]`,
  'carrier-grade NAT': '100.64.1.1 100.127.255.255 0x64.0x40.1 [::ffff:100.64.0.1]',
  'link-local': '169.254.1.1 [fe80::1] [fe80:0:0:0:1:2:3:4] [febf::1]',
  'unique local and site-local': '[fc00::1] [fd12:3456:789a::1] [fec0::1] [feff::1]',
  'multicast and broadcast':
    '224.0.0.1 239.255.255.250 255.255.255.255 0xffffffff 4294967295 [ff01::1] [ff02::1] [ff0e::fb]',
  'benchmarking, documentation and reserved': `198.18.0.1 198.19.255.255 [2001:2::1] 192.0.2.1 198.51.100.1 203.0.113.5
    192.0.0.8 192.88.99.1 240.0.0.1 [2001:db8::1] [3fff::1] [100::1] [5f00::1] [4000::1] [2001:10::1] [2001:20::1]`,
};

/** All of them, each with what it is. */
export const FOREIGN_SPELLINGS: readonly (readonly [host: string, what: string])[] = Object.entries(SPELLINGS).flatMap(
  ([what, hosts]) => hosts.split(/\s+/).map((host) => [host, what] as const),
);
