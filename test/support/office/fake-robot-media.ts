import type { RobotMedia, RobotSound } from '#electron/office/robots/robot-media.ts';
import { Emitter } from '#shared/util/emitter.ts';

/** Robots without ears and mouths: remembers what was asked and answers with a word. */
export class FakeRobotMedia implements RobotMedia {
  readonly calls = new Map<string, RobotSound>();
  readonly log: string[] = [];
  readonly lost = new Emitter<string>();
  readonly onLost = this.lost.event;
  failure: Error | undefined;

  answer(call: string, offer: string, sound: RobotSound): Promise<string> {
    this.log.push(`answer ${sound} ${offer}`);
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.calls.set(call, sound);
    return Promise.resolve(`answer to ${offer}`);
  }

  offer(call: string, sound: RobotSound): Promise<string> {
    this.calls.set(call, sound);
    this.log.push(`offer ${sound}`);
    return Promise.resolve(`offer of ${sound}`);
  }

  accept(_call: string, answer: string): Promise<void> {
    this.log.push(`accept ${answer}`);
    return Promise.resolve();
  }

  close(call: string): void {
    this.calls.delete(call);
  }

  dispose(): void {
    this.calls.clear();
    this.lost.dispose();
  }
}
