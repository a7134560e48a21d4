import { expect, it } from 'vitest';
import { faultRules } from '#test/support/lab/traffic-fault.ts';

it('loses packets where they arrive, both ways', () => {
  const { atServer, atClient } = faultRules('fault1', { address: '192.0.2.1', protocol: 'tcp', ports: [8089, 443] });
  expect(atServer).toContain('iifname != "lo" ip daddr 192.0.2.1 meta l4proto tcp th dport { 8089, 443 } drop');
  expect(atClient).toContain('iifname != "lo" ip saddr 192.0.2.1 meta l4proto tcp th sport { 8089, 443 } drop');
});

it('knows IPv6, one direction, and everything', () => {
  expect(faultRules('f', { address: 'fd00::2' }).atServer).toContain('ip6 daddr fd00::2 drop');
  expect(faultRules('f', { direction: 'to-server' }).atClient).not.toContain('drop');
  expect(faultRules('f', { direction: 'to-client' }).atServer).not.toContain('drop');
  expect(faultRules('f', {}).atServer).toContain('iifname != "lo" drop');
});
