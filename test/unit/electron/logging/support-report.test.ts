import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RotatingLog } from '#electron/logging/rotating-log.ts';
import { SipLadder } from '#electron/logging/sip-ladder.ts';
import { SupportReport } from '#electron/logging/support-report.ts';
import { TempFolder } from '#test/support/temp-folder.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const invite = 'INVITE sip:+4930123456@pbx SIP/2.0\r\nAuthorization: Digest realm="r", response="canary"\r\n\r\n';

describe('SupportReport', () => {
  it('gathers log files and ladders in one file without secrets, numbers and names', async () => {
    const folder = new TempFolder('report');
    try {
      const clock = new VirtualClock();
      mkdirSync(folder.file('logs'));
      writeFileSync(folder.file('logs', 'commute.1.log'), 'older line password=canary\n');
      const log = new RotatingLog({ folder: folder.file('logs'), clock });
      log.write({ at: 0, level: 'info', name: 'calls', message: 'Dialled', fields: { number: '+4930123456' } });
      const ladder = new SipLadder();
      ladder.record({ callId: 'a', direction: 'sent', at: 0, peer: 'wss pbx', text: invite });
      const report = new SupportReport({ log, ladder, clock, about: { version: '0.1.0' } });
      const path = await report.collect(folder.file('out'));
      const text = readFileSync(path, 'utf8');
      expect(path).toBe(folder.file('out', 'commute-report-2026-01-05T09-00-00-000Z.txt'));
      expect(statSync(path).mode & 0o777).toBe(0o600);
      for (const part of ['version: 0.1.0', 'older line password=[removed]', 'Dialled number=***56', 'INVITE sip:***56@pbx'])
        expect(text).toContain(part);
      for (const part of ['canary', '30123456']) expect(text).not.toContain(part);
      expect(text.indexOf('older line')).toBeLessThan(text.indexOf('Dialled'));
      log.dispose();
    } finally {
      folder.dispose();
    }
  });

  it('says when the folder cannot be written', async () => {
    const folder = new TempFolder('report');
    try {
      writeFileSync(folder.file('in-the-way'), '');
      const clock = new VirtualClock();
      const log = new RotatingLog({ folder: folder.file('logs'), clock });
      const report = new SupportReport({ log, ladder: new SipLadder(), clock, about: {} });
      await expect(report.collect(folder.file('in-the-way'))).rejects.toMatchObject({
        code: 'settings-unwritable',
        details: { reason: 'EEXIST' },
      });
      log.dispose();
    } finally {
      folder.dispose();
    }
  });
});
