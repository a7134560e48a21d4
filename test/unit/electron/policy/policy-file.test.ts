import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PolicyFile, policyPath } from '#electron/policy/policy-file.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { TempFolder } from '#test/support/temp-folder.ts';

describe('the policy of an administrator', () => {
  let folder: TempFolder;
  beforeEach(() => (folder = new TempFolder('policy')));
  afterEach(() => folder.dispose());

  const read = () => new PolicyFile({ path: folder.file('policy.json'), logger: silentLogger }).read();

  it.each([
    ['{"version": 1, "recording": "forbidden"}', 'forbidden'],
    ['\ufeff{"version": 1, "recording": "free"}', 'free'],
    ['{"version": 1}', 'free'],
  ])('%s: recording is %s', async (content, recording) => {
    writeFileSync(folder.file('policy.json'), content);
    expect(await read()).toEqual({ policy: { recording }, problem: undefined });
  });

  it('locks nothing where there is none', async () => {
    expect(await read()).toEqual({ policy: { recording: 'free' }, problem: undefined });
  });

  it.each([
    '',
    '{',
    '[]',
    '{"recording": "free"}',
    '{"version": 2}',
    '{"version": 1, "recordings": "forbidden"}',
    '{"version": 1, "recording": "no"}',
  ])('takes the strictest rules from %j', async (content) => {
    writeFileSync(folder.file('policy.json'), content);
    expect(await read()).toMatchObject({ policy: { recording: 'forbidden' }, problem: { code: 'policy-damaged' } });
  });

  it('takes the strictest rules where it may not look', async () => {
    mkdirSync(folder.file('policy.json'));
    chmodSync(folder.file('policy.json'), 0o500);
    expect(await read()).toMatchObject({ policy: { recording: 'forbidden' }, problem: { details: { reason: 'EISDIR' } } });
  });

  it.each([
    ['linux', undefined, '/etc/commute/policy.json'],
    ['darwin', undefined, '/Library/Application Support/Commute/policy.json'],
    ['win32', 'D:\\Data', 'D:\\Data\\Commute\\policy.json'],
    ['win32', undefined, 'C:\\ProgramData\\Commute\\policy.json'],
  ] as const)('%s: %s %s', (platform, programData, path) => {
    expect(policyPath(platform, programData)).toBe(path);
  });
});
