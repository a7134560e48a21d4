import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Asterisk, startAsterisk } from '../support/lab/asterisk.ts';
import { startCoturn } from '../support/lab/coturn.ts';

/** On a new machine the packages are fetched first. */
const timeout = 180_000;

it('runs two Asterisks side by side that answer on console and wire, and leaves nothing behind', { timeout }, async () => {
  const both = await Promise.all([startAsterisk(), startAsterisk()]);
  const [first, second] = both;
  try {
    expect(first.host).not.toBe(second.host);
    for (const asterisk of both) {
      expect(await asterisk.cli('core show version')).toMatch(/^Asterisk 22\./);
      expect(await answerToOptions(asterisk)).toMatch(/^SIP\/2\.0 (200|401) /);
      expect(readFileSync(asterisk.caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
    }
  } finally {
    await Promise.all(both.map((asterisk) => asterisk.dispose()));
  }
  for (const { host, caFile } of both) {
    expect(processesNaming(caFile.replace(/\/keys\/.*/, ''))).toEqual([]);
    expect(existsSync(caFile)).toBe(false);
    await expect(connected(host, 5060)).rejects.toThrow('ECONNREFUSED');
  }
});

it('ends the server when the process that started it is killed', { timeout }, async () => {
  const module = fileURLToPath(new URL('../support/lab/held-server.ts', import.meta.url));
  const script = `import { holdServer } from ${JSON.stringify(module)};
    const { folder } = await holdServer('coturn'); console.log(folder); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(owner.stdout, 'data');
  const folder = String(line).trim();
  expect(processesNaming(folder)).not.toEqual([]);
  owner.kill('SIGKILL');
  await expect.poll(() => processesNaming(folder), { timeout: 8_000 }).toEqual([]);
  await expect.poll(() => existsSync(dirname(folder)), { timeout: 8_000 }).toBe(false);
});

it('answers a STUN binding request from coturn', { timeout }, async () => {
  const coturn = await startCoturn();
  const socket = createSocket('udp4');
  try {
    // RFC 8489 section 5: type, length, magic cookie, 96-bit transaction id
    const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), Buffer.alloc(12, 7)]);
    socket.send(request, coturn.port, coturn.host);
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(3_000) });
    expect((answer as Buffer).readUInt16BE(0)).toBe(0x0101);
  } finally {
    socket.close();
    await coturn.dispose();
  }
});

async function connected(host: string, port: number) {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return socket;
}

async function answerToOptions({ host, port }: Asterisk): Promise<string> {
  const socket = await connected(host, port);
  socket.write(
    [
      `OPTIONS sip:${host}:${port};transport=tcp SIP/2.0`,
      `Via: SIP/2.0/TCP ${host}:9;branch=z9hG4bK-lab;rport`,
      'Max-Forwards: 70',
      `From: <sip:probe@${host}>;tag=probe`,
      `To: <sip:${host}>`,
      'Call-ID: lab-probe',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n'),
  );
  const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(3_000) });
  socket.destroy();
  return String(answer);
}

/** Processes other than ours whose command line names `text`. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}
