import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeALaw, encodeMuLaw } from '#electron/office/robots/g711.ts';
import type { RobotSound } from '#electron/office/robots/robot-media.ts';
import { RobotSounds, sampleRate } from '#electron/office/robots/robot-sounds.ts';
import { WeriftRobotMedia } from '#electron/office/robots/werift-robot-media.ts';
import { SystemClock } from '#electron/platform/system-clock.ts';
import { DisposableStore } from '#shared/util/disposable.ts';
import { OfficeFixture } from '#test/support/office/office-fixture.ts';
import { type CodecName, RtpPhone } from '#test/support/office/rtp-phone.ts';
import { decodeALaw, decodeMuLaw, measureTone } from '#test/support/office/tone-meter.ts';

const soundsFolder = fileURLToPath(new URL('../../assets/sounds', import.meta.url));

/** One frame of a 1,000 Hz tone: 20 whole periods. */
const tone1000 = encodeMuLaw(
  Int16Array.from({ length: 160 }, (_, index) => Math.round(12_000 * Math.sin((2 * Math.PI * 1000 * index) / 8000))),
);
const joined = (packets: readonly { payload: Uint8Array }[]): Uint8Array => Buffer.concat(packets.map(({ payload }) => payload));

/** Amplitude of a sine of this frequency, a multiple of 50 Hz, in whole frames of 20 ms. */
function levelOf(samples: Int16Array, hertz: number): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, index) => {
    const phase = (2 * Math.PI * hertz * index) / 8000;
    real += sample * Math.cos(phase);
    imaginary += sample * Math.sin(phase);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

describe('media of the robots', () => {
  let media: WeriftRobotMedia;
  let owned: DisposableStore;
  beforeEach(() => {
    owned = new DisposableStore();
    media = owned.add(new WeriftRobotMedia(soundsFolder));
  });
  afterEach(() => owned.dispose());

  const phone = async (...codecs: readonly CodecName[]): Promise<RtpPhone> => owned.add(await RtpPhone.create(codecs));
  const call = async (from: RtpPhone, sound: RobotSound, id = 'call'): Promise<void> => {
    await from.accept(await media.answer(id, await from.offer(), sound));
    await from.connected();
  };

  it('echoes a tone through the whole office, within 3 Hz of 1,000', async () => {
    const fixture = owned.add(await OfficeFixture.startOn(new SystemClock(), media));
    const anna = await fixture.registered('10');
    const own = await phone('pcmu', 'telephone-event');
    anna.invite('80', { sdp: await own.offer() });
    const ok = await anna.takeResponse('INVITE');
    anna.inDialog('ACK', ok);
    await own.accept(Buffer.from(ok.body).toString());
    await own.connected();
    own.talk(() => tone1000);
    const heard = await own.hear(50);
    expect(Math.abs(measureTone(decodeMuLaw(joined(heard))).hertz - 1000)).toBeLessThan(3);
    expect(new Set(heard.map(({ header }) => header.ssrc)).size).toBe(1);
    expect(
      heard.every(
        ({ header }, index) => index === 0 || ((header.sequenceNumber - (heard[index - 1]?.header.sequenceNumber ?? 0)) & 0xffff) === 1,
      ),
    ).toBe(true);
    anna.inDialog('BYE', ok);
    await anna.takeResponse('BYE');
    expect(media.size).toBe(0);
  });

  it('echoes Opus as it came, with the payload type of the offer', async () => {
    const own = await phone('opus', 'pcmu', 'telephone-event');
    await call(own, 'echo');
    own.talk((index) => Uint8Array.of(0x78, index & 0xff, 1, 2, 3), 960);
    const heard = await own.hear(10);
    expect(heard.every(({ header, payload }) => header.payloadType === 96 && payload[0] === 0x78 && payload.length === 5)).toBe(true);
  });

  it.each([
    ['pcmu', decodeMuLaw],
    ['pcma', decodeALaw],
  ] as const)('plays the milliwatt in %s: 1004 Hz at 0 dBm0, evenly', async (codec, decode) => {
    const own = await phone(codec);
    await call(own, 'tone');
    const startedMs = performance.now();
    const heard = await own.hear(50);
    const elapsedMs = performance.now() - startedMs;
    const { hertz, peak } = measureTone(decode(joined(heard)));
    expect(Math.abs(hertz - 1004)).toBeLessThan(1);
    expect(Math.abs(20 * Math.log10(peak / 32_635) + 3.17)).toBeLessThan(0.3);
    expect(elapsedMs).toBeGreaterThan(800);
    expect(elapsedMs).toBeLessThan(2500);
    expect(new Set(heard.map(({ payload }) => payload.length))).toEqual(new Set([160]));
  });

  it.each(['speech', 'music'] as const)('plays %s that is no silence', async (sound) => {
    const own = await phone('pcmu');
    await call(own, sound);
    const samples = decodeMuLaw(joined(await own.hear(40)));
    expect(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)).toBeGreaterThan(300);
  });

  it('falls silent on hold and goes on after it, on the same peer', async () => {
    const own = await phone('pcmu');
    await call(own, 'tone');
    await own.hear(5);
    own.transceiver.direction = 'sendonly';
    const answer = await media.answer('call', await own.offer(), 'tone');
    expect(answer).toContain('a=recvonly');
    await own.accept(answer);
    const before = own.heard.length;
    own.transceiver.direction = 'sendrecv';
    const resumed = await media.answer('call', await own.offer(), 'tone');
    expect(own.heard.length - before).toBeLessThan(5);
    await own.accept(resumed);
    const next = await own.hear(5);
    expect(new Set(next.map(({ header }) => header.ssrc))).toEqual(new Set([own.heard[0]?.header.ssrc]));
    expect(media.size).toBe(1);
  });

  it('falls silent while the call is inactive', async () => {
    const own = await phone('pcmu');
    await call(own, 'tone');
    await own.hear(5);
    own.transceiver.direction = 'inactive';
    const answer = await media.answer('call', await own.offer(), 'tone');
    expect(answer).toContain('a=inactive');
    await own.accept(answer);
    own.transceiver.direction = 'sendrecv';
    await own.accept(await media.answer('call', await own.offer(), 'tone'));
    await own.hear(5);
  });

  it('plays the sentence and a beep, and then waits for a message', async () => {
    const sounds = new RobotSounds(soundsFolder);
    const { samples, repeatFrom } = await sounds.recording('voicemail');
    const beep = samples.subarray(repeatFrom - 0.35 * sampleRate, repeatFrom - 0.05 * sampleRate);
    expect(Math.abs(measureTone(beep).hertz - 1000)).toBeLessThan(3);
    expect(samples.subarray(repeatFrom).every((sample) => sample === 0)).toBe(true);
    const own = await phone('pcmu');
    await call(own, 'confirmation');
    const heard = await own.hear(60);
    const [first, last] = [decodeMuLaw(joined(heard.slice(0, 25))), decodeMuLaw(joined(heard.slice(-10)))];
    expect(first.some((sample) => Math.abs(sample) > 3000)).toBe(true);
    expect(last.every((sample) => sample === 0)).toBe(true);
  });

  it('mixes a conference: everybody hears the others and not themselves', async () => {
    const tone = (hertz: number): Int16Array =>
      Int16Array.from({ length: 160 }, (_, index) => Math.round(6000 * Math.sin((2 * Math.PI * hertz * index) / 8000)));
    const members = await Promise.all([phone('pcmu', 'telephone-event'), phone('pcma'), phone('opus', 'pcmu')]);
    const tones = [400, 700, 1500];
    await Promise.all(members.map((member, index) => call(member, 'conference', `member ${index}`)));
    members.forEach((member, index) => {
      const frame = tone(tones[index] ?? 0);
      const payload = index === 1 ? encodeALaw(frame) : encodeMuLaw(frame);
      member.talk(() => payload);
    });
    await Promise.all(members.map((member) => member.hear(25)));
    const heard = await Promise.all(members.map((member) => member.hear(50)));
    heard.forEach((packets, index) => {
      const samples = (index === 1 ? decodeALaw : decodeMuLaw)(joined(packets));
      tones.forEach((hertz, other) => {
        const level = levelOf(samples, hertz);
        if (other === index) expect(level).toBeLessThan(300);
        else expect(level).toBeGreaterThan(1500);
      });
    });
    media.close('member 0');
    media.close('member 1');
    await members[2].hear(25);
    const alone = decodeMuLaw(joined(await members[2].hear(10)));
    expect(alone.every((sample) => sample === 0)).toBe(true);
  });

  it('survives an ICE restart of the far end', async () => {
    const own = await phone('pcmu');
    await call(own, 'tone');
    await own.hear(5);
    await own.accept(await media.answer('call', await own.offer({ iceRestart: true }), 'tone'));
    await own.hear(50);
    expect(media.size).toBe(1);
  });

  it('meets a new peer of the far end with a new one, and reports no loss', async () => {
    const lost: string[] = [];
    media.onLost((id) => lost.push(id));
    const first = await phone('pcmu');
    await call(first, 'tone');
    await first.hear(5);
    const second = await phone('pcmu');
    await call(second, 'tone');
    await second.hear(10);
    expect([media.size, lost]).toEqual([1, []]);
  });

  it('offers, and takes the answer', async () => {
    const own = await phone('opus', 'pcma');
    const offer = await media.offer('call', 'tone');
    await media.accept('call', await own.answer(offer));
    await own.connected();
    expect(measureTone(decodeALaw(joined(await own.hear(50)))).hertz).toBeCloseTo(1004, -0.5);
    media.close('call');
    expect(media.size).toBe(0);
  });

  it('says when there is no codec in common or no sense in an offer, and keeps nothing', async () => {
    const own = await phone('g722', 'telephone-event');
    await expect(media.answer('call', await own.offer(), 'tone')).rejects.toMatchObject({ code: 'no-common-codec' });
    await expect(media.answer('call', 'nonsense', 'tone')).rejects.toThrow();
    await expect(media.accept('call', 'nonsense')).rejects.toMatchObject({ code: 'media-failed' });
    expect(media.size).toBe(0);
  });
});
