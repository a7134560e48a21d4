import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { sourceTowards } from '#electron/network/source-address.ts';

it.each(['127.0.0.1', '127.0.0.7'])('reaches %s from loopback', async (remote) => {
  expect(await sourceTowards(remote)).toBe('127.0.0.1');
});

it('reaches its own addresses from themselves', async () => {
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list.filter(({ family }) => family === 'IPv4'));
  for (const { address } of own) expect(await sourceTowards(address)).toBe(address);
  expect(own.length).toBeGreaterThan(0);
});

it('knows no way to what is no address', async () => {
  expect(await sourceTowards('office.test')).toBeNull();
  expect(await sourceTowards('')).toBeNull();
});

it('leaves no socket open', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length;
  for (let round = 0; round < 50; round++) await sourceTowards('127.0.0.1');
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length).toBe(before);
});
