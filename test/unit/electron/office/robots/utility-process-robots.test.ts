import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { serveRobots } from '#electron/office/robots/robots-main.ts';
import { type RobotsProcess, UtilityProcessRobots } from '#electron/office/robots/utility-process-robots.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

/** A process that runs the real other side in this one; messages are copied on the way. */
class LocalProcess extends EventEmitter implements RobotsProcess {
  readonly media = new FakeRobotMedia();
  readonly #inside = new EventEmitter();
  killed = false;
  mute = false;

  constructor() {
    super();
    serveRobots(
      {
        on: (event, listener) => this.#inside.on(event, listener),
        postMessage: (message) => queueMicrotask(() => this.mute || this.emit('message', structuredClone(message))),
      },
      this.media,
    );
  }

  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message);
    queueMicrotask(() => this.#inside.emit('message', { data }));
  }

  kill(): boolean {
    this.killed = true;
    return true;
  }
}

describe('robots in a utility process', () => {
  const start = () => {
    const processes: LocalProcess[] = [];
    const clock = new VirtualClock();
    const lost: string[] = [];
    const robots = new UtilityProcessRobots({
      fork: () => {
        const made = new LocalProcess();
        processes.push(made);
        return made;
      },
      clock,
      logger: silentLogger,
    });
    robots.onLost((call) => lost.push(call));
    return { processes, clock, lost, robots };
  };

  it('starts the process at the first call and ends it some time after the last', async () => {
    const { processes, clock, robots } = start();
    expect(processes).toHaveLength(0);
    expect(await robots.answer('a', 'offer', 'echo')).toBe('answer to offer');
    expect(await robots.offer('b', 'tone')).toBe('offer of tone');
    await robots.accept('b', 'their answer');
    expect(processes[0]?.media.log).toEqual(['answer echo offer', 'offer tone', 'accept their answer']);
    robots.close('a');
    clock.advance(60_000);
    expect(robots.running).toBe(true);
    robots.close('b');
    await clock.advanceAsync(29_000);
    expect(processes[0]?.media.calls.size).toBe(0);
    expect(robots.running).toBe(true);
    clock.advance(1000);
    expect([robots.running, processes[0]?.killed, clock.pendingCount]).toEqual([false, true, 0]);
    await robots.answer('c', 'offer', 'music');
    expect(processes).toHaveLength(2);
    robots.dispose();
  });

  it('passes errors and losses on', async () => {
    const { processes, lost, robots } = start();
    await robots.answer('a', 'offer', 'echo');
    processes[0]?.media.lost.fire('a');
    processes[0]?.media.lost.fire('unknown');
    await Promise.resolve();
    expect(lost).toEqual(['a']);
    if (processes[0] !== undefined) processes[0].media.failure = new AppError('no-common-codec');
    await expect(robots.answer('b', 'offer', 'tone')).rejects.toMatchObject({ code: 'no-common-codec' });
    processes[0]?.emit('message', { kind: 'nonsense' });
    processes[0]?.postMessage({ verb: 'nonsense' });
    robots.dispose();
  });

  it('loses its calls with the process and starts another one', async () => {
    const { processes, clock, lost, robots } = start();
    await robots.answer('a', 'offer', 'echo');
    if (processes[0] !== undefined) processes[0].mute = true;
    const waiting = robots.answer('b', 'offer', 'tone');
    processes[0]?.emit('exit', 139);
    await expect(waiting).rejects.toMatchObject({ code: 'media-failed' });
    expect(lost).toEqual(['a', 'b']);
    expect(clock.pendingCount).toBe(0);
    expect(await robots.answer('c', 'offer', 'echo')).toBe('answer to offer');
    robots.dispose();
    expect(processes[1]?.killed).toBe(true);
  });

  it('does not wait for ever', async () => {
    const { processes, clock, robots } = start();
    await robots.answer('a', 'offer', 'echo');
    if (processes[0] !== undefined) processes[0].mute = true;
    const waiting = robots.answer('a', 'again', 'echo');
    clock.advance(10_000);
    await expect(waiting).rejects.toMatchObject({ code: 'media-failed' });
    robots.dispose();
  });
});
