import { AppError } from '#shared/errors/app-error.ts';
import { Emitter } from '#shared/util/emitter.ts';
import type { RobotMedia, RobotSound } from './robot-media.ts';
import { fingerprintOf, RobotPeer } from './robot-peer.ts';
import { ConferenceMixer } from './conference-mixer.ts';
import { RobotSounds } from './robot-sounds.ts';
import { RecordedVoice, type RobotVoice } from './robot-voice.ts';

/** The robots' media in this process, by werift. The app runs it in a utility process, tests run it in their own. */
export class WeriftRobotMedia implements RobotMedia {
  readonly #sounds: RobotSounds;
  readonly #conference = new ConferenceMixer();
  readonly #peers = new Map<string, RobotPeer>();
  readonly #lost = new Emitter<string>();

  readonly onLost = this.#lost.event;

  /** @param soundsFolder where the recorded sentences are. */
  constructor(soundsFolder: string) {
    this.#sounds = new RobotSounds(soundsFolder);
  }

  get size(): number {
    return this.#peers.size;
  }

  async answer(call: string, offer: string, sound: RobotSound): Promise<string> {
    const present = this.#peers.get(call);
    if (present !== undefined && present.remoteFingerprint === fingerprintOf(offer)) return present.answer(offer);
    const peer = await this.#newPeer(call, sound, offer);
    try {
      const answer = await peer.answer(offer);
      present?.dispose();
      return answer;
    } catch (error) {
      // the call goes on as it was before the offer
      peer.dispose();
      if (present === undefined) this.#peers.delete(call);
      else this.#peers.set(call, present);
      throw error;
    }
  }

  async offer(call: string, sound: RobotSound): Promise<string> {
    const peer = this.#peers.get(call) ?? (await this.#newPeer(call, sound, undefined));
    return peer.offer();
  }

  async accept(call: string, answer: string): Promise<void> {
    const peer = this.#peers.get(call);
    if (peer === undefined) throw new AppError('media-failed', { details: { reason: 'no such call' } });
    await peer.accept(answer);
  }

  close(call: string): void {
    this.#peers.get(call)?.dispose();
    this.#peers.delete(call);
  }

  dispose(): void {
    for (const peer of this.#peers.values()) peer.dispose();
    this.#peers.clear();
    this.#lost.dispose();
  }

  async #newPeer(call: string, sound: RobotSound, offer: string | undefined): Promise<RobotPeer> {
    const voice = await this.#voiceOf(sound);
    const peer = new RobotPeer({ voice, onLost: () => this.#peerLost(call, peer) }, offer);
    peer.start();
    this.#peers.set(call, peer);
    return peer;
  }

  async #voiceOf(sound: RobotSound): Promise<RobotVoice | undefined> {
    if (sound === 'echo') return undefined;
    return sound === 'conference' ? this.#conference.seat() : new RecordedVoice(await this.#sounds.recording(sound));
  }

  #peerLost(call: string, peer: RobotPeer): void {
    // a peer that another one has replaced is no loss
    if (this.#peers.get(call) !== peer) return;
    this.#peers.delete(call);
    peer.dispose();
    this.#lost.fire(call);
  }
}
