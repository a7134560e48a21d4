import { describe, expect, it } from 'vitest';
import { RootLogger } from '#electron/logging/root-logger.ts';
import { StreamLog } from '#electron/logging/stream-log.ts';
import type { LogRecord } from '#shared/logging/format-line.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

function setUp(levels: ConstructorParameters<typeof RootLogger>[0]['levels']) {
  const records: LogRecord[] = [];
  const clock = new VirtualClock(1000);
  const root = new RootLogger({ clock, sinks: [{ write: (entry) => records.push(entry) }], levels });
  return { root, clock, records, seen: () => records.splice(0).map(({ name, level }) => `${name} ${level}`) };
}

describe('RootLogger', () => {
  it('hands records with time, name and fields to every sink', () => {
    const { root, clock, records } = setUp({ general: 'debug' });
    clock.advance(5);
    root.logger('sip').child('registrar').warn('Refused', { status: 403 });
    expect(records).toEqual([{ at: 1005, level: 'warn', name: 'sip.registrar', message: 'Refused', fields: { status: 403 } }]);
  });

  it('holds back what is below the level of the name, of its nearest named parent, or of all', () => {
    const { root, seen } = setUp({ general: 'warn', named: { sip: 'info', 'sip.wire': 'debug' } });
    for (const name of ['calls', 'sip', 'sip.wire', 'sip.wire.ws', 'sip.registrar', 'sipx']) {
      const logger = root.logger(name);
      logger.debug('');
      logger.info('');
      logger.warn('');
    }
    expect(seen()).toEqual([
      'calls warn',
      'sip info',
      'sip warn',
      'sip.wire debug',
      'sip.wire info',
      'sip.wire warn',
      'sip.wire.ws debug',
      'sip.wire.ws info',
      'sip.wire.ws warn',
      'sip.registrar info',
      'sip.registrar warn',
      'sipx warn',
    ]);
  });

  it('changes levels for loggers already handed out', () => {
    const { root, seen } = setUp({ general: 'error' });
    const logger = root.logger('calls').child('one');
    logger.info('');
    root.setLevels({ general: 'error', named: { calls: 'info' } });
    logger.info('');
    logger.error('');
    expect(seen()).toEqual(['calls.one info', 'calls.one error']);
  });
});

describe('StreamLog', () => {
  it('writes lines without secrets', () => {
    let text = '';
    const stream = { write: (more: string) => (text += more) };
    const root = new RootLogger({ clock: new VirtualClock(0), sinks: [new StreamLog(stream)], levels: { general: 'info' } });
    root.logger('a').error('Failed', { password: 'x' });
    expect(text).toBe('1970-01-01T00:00:00.000Z ERROR a Failed password=[removed]\n');
  });
});
