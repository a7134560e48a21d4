import { expect, it } from 'vitest';
import type { Account } from '#shared/profiles/account.ts';
import { doctorReport } from '#shared/network/doctor/report.ts';
import type { DoctorRun } from '#shared/network/doctor/run.ts';
import { createTexts, type TextKey } from '#renderer/ui/i18n/text.ts';

const account: Account = {
  id: 'a',
  kind: 'server',
  user: '2014711',
  authUser: null,
  displayName: 'Anna Weber',
  domain: null,
  servers: [{ host: '192.168.1.30', port: 8802, transport: 'wss', path: '/ws', trust: { kind: 'system' } }],
  registerExpires: 600,
};

const run: DoctorRun = {
  startedAt: Date.UTC(2026, 10, 20, 13, 26),
  finishedAt: Date.UTC(2026, 10, 20, 13, 26, 3),
  lines: [
    {
      step: 'tcp',
      server: '192.168.1.30:8802',
      state: 'broken',
      tookMs: 3000.4,
      said: 'silent',
      facts: { address: '192.168.1.30', port: 8802 },
    },
    { step: 'upgrade', server: '192.168.1.30:8802', state: 'skipped', tookMs: null, said: 'not-reached', facts: {} },
    { step: 'double-registration', server: null, state: 'warning', tookMs: 1, said: 'others', facts: { names: "Anna Weber's PC" } },
  ],
  verdict: {
    level: 'broken',
    finding: 'vpn-without-route',
    facts: { host: '192.168.1.30', interface: 'wg0' },
    others: [
      { finding: 'calls-forwarded', facts: { number: '0301234567' } },
      { finding: 'certificate-expires-soon', facts: { host: 'pbx.example.org', until: '2026-11-30' } },
      {
        finding: 'registration-refused',
        facts: { host: 'pbx.example.org', status: 403, reason: 'sip:anna.weber@example.org is not allowed' },
      },
    ],
  },
  error: null,
};

function reportIn(language: 'en' | 'de', change: Partial<DoctorRun> = {}): string {
  const { t } = createTexts(language, 'UTC');
  return doctorReport({
    run: { ...run, ...change },
    translate: (key, facts) => t(key as TextKey, facts),
    version: '0.1.0',
    system: 'Linux 6.1',
    account,
    path: null,
  });
}

it('tells the verdict first, then every line', () => {
  expect(reportIn('en').split('\n')).toEqual([
    'Connection report of Commute',
    '',
    'Version: 0.1.0',
    'System: Linux 6.1',
    'Looked at: 2026-11-20T13:26:00.000Z',
    'Addresses of the account: wss://192.168.1.30:8802/ws',
    'Path: not connected',
    '',
    'Verdict: The VPN is up, but this computer has no route through it to 192.168.1.30.',
    'What it means: The VPN (wg0) leads to other places, not to the network of the telephone system.',
    'What to do: Ask for the office network with 192.168.1.30 to be added to the VPN.',
    'Who can mend it: Your IT department',
    'Also found:',
    '  All calls are sent to ***67, so they do not ring here.',
    '  The certificate of pbx.example.org expires on 2026-11-30.',
    '  pbx.example.org refuses this line: 403 sip:[user]@example.org is not allowed.',
    '',
    'Step by step:',
    '  [broken] Connection 192.168.1.30:8802: 192.168.1.30 does not answer at port 8802. (3000 ms)',
    '  [left out] SIP over WebSocket 192.168.1.30:8802: Not looked at, because something before it is broken.',
    '  [warning] Other devices: Also signed in with this number: [name]. (1 ms)',
    '',
  ]);
});

it('is written in German, too', () => {
  const text = reportIn('de');
  expect(text).toContain('Ergebnis: Das VPN ist an, aber dieser Computer hat darin keinen Weg zu 192.168.1.30.');
  expect(text).toContain('[gestört] Verbindung 192.168.1.30:8802');
});

it.each(['en', 'de'] as const)('names no user, number or person (%s)', (language) => {
  const text = reportIn(language);
  for (const secret of ['2014711', 'Anna', 'anna.weber', '0301234567']) expect(text).not.toContain(secret);
});

it('says that a run was stopped, and that one found nothing', () => {
  expect(reportIn('en', { verdict: null })).toContain('Verdict: The check was stopped before its end.');
  const fine = { level: 'fine', finding: null, facts: {}, others: [] } as const;
  expect(reportIn('en', { verdict: { ...fine, others: [] } })).toContain('Verdict: Everything is in order: calls come and go.');
});
