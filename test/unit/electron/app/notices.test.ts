import { describe, expect, it } from 'vitest';
import { Notices } from '#electron/app/notices.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { type LogFields, type Logger, silentLogger } from '#shared/util/logger.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

function setUp() {
  const lines: [string, LogFields][] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (_message, fields = {}) => void lines.push(['warn', fields]),
    error: (_message, fields = {}) => void lines.push(['error', fields]),
  };
  let ids = 0;
  return { lines, notices: new Notices(new VirtualClock(), () => `n${++ids}`, logger) };
}

describe('notices', () => {
  it('tell the same thing once, and log it each time with its code', () => {
    const { lines, notices } = setUp();
    notices.add(new AppError('disk-full', { details: { file: 'settings.json' } }));
    notices.add(new AppError('disk-full', { details: { file: 'history.sqlite' } }));
    expect(notices.all.map(({ error }) => error.code)).toEqual(['disk-full']);
    expect(lines).toEqual([
      ['warn', { code: 'disk-full', file: 'settings.json' }],
      ['warn', { code: 'disk-full', file: 'history.sqlite' }],
    ]);
  });

  it('come back after they were dismissed', () => {
    const { notices } = setUp();
    notices.add(new AppError('disk-full'));
    notices.dismiss('n1');
    expect(notices.all).toEqual([]);
    notices.add(new AppError('disk-full'));
    expect(notices.all).toHaveLength(1);
  });

  it('log a mistake of ours as an error', () => {
    const { lines, notices } = setUp();
    notices.add(new AppError('internal', { kind: 'bug', details: { what: 'x' } }));
    expect(lines).toEqual([['error', { code: 'internal', what: 'x' }]]);
  });
});
