import { describe, expect, it } from 'vitest';
import { Shutdown } from '#electron/app/shutdown.ts';
import { silentLogger } from '#shared/util/logger.ts';

function setUp(talking: boolean, answer = true, leave: () => Promise<void> = () => Promise.resolve()) {
  const log: string[] = [];
  const shutdown = new Shutdown({
    hasLiveCalls: () => talking,
    askToCut: () => {
      log.push('asked');
      return Promise.resolve(answer);
    },
    leave: () => {
      log.push('left');
      return leave();
    },
    exit: () => log.push('exit'),
    logger: silentLogger,
  });
  return { shutdown, log };
}

describe('quitting', () => {
  it('says good-bye before the end', async () => {
    const { shutdown, log } = setUp(false);
    await shutdown.request();
    expect(log).toEqual(['left', 'exit']);
    expect(shutdown.isGone).toBe(true);
  });

  it('asks before it cuts a call, and goes on when told to', async () => {
    const { shutdown, log } = setUp(true, false);
    expect(await shutdown.request()).toBe(false);
    expect(log).toEqual(['asked']);
    expect(shutdown.isGone).toBe(false);
    await shutdown.request();
    expect(log).toEqual(['asked', 'asked']);
  });

  it('happens once, however often it is asked for', async () => {
    const { shutdown, log } = setUp(false);
    await Promise.all([shutdown.request(), shutdown.request(), shutdown.request()]);
    expect(log).toEqual(['left', 'exit']);
  });

  it('ends also when the good-bye fails', async () => {
    const { shutdown, log } = setUp(false, true, () => Promise.reject(new Error('no')));
    await shutdown.request();
    expect(log).toEqual(['left', 'exit']);
  });
});
