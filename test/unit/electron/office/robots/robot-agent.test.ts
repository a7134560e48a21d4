import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RobotAgent } from '#electron/office/robots/robot-agent.ts';
import { findHeader } from '#shared/sip/find-header.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { FakeRobotMedia } from '#test/support/office/fake-robot-media.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const request = (method: string, sequence: number, extra = '', toTag = ''): string =>
  `${method} sip:80@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WSS o.invalid;branch=z9hG4bK${method}${sequence}\r\nFrom: <sip:10@127.0.0.1>;tag=1\r\n` +
  `To: <sip:80@127.0.0.1>${toTag === '' ? '' : `;tag=${toTag}`}\r\nCall-ID: 1\r\nCSeq: ${sequence} ${method}\r\nContact: <sip:10@a.invalid>\r\n${extra}\r\n`;

describe('a robot', () => {
  const start = () => {
    const clock = new VirtualClock();
    const media = new FakeRobotMedia();
    const sent: Uint8Array[] = [];
    const agent = new RobotAgent({
      robot: { name: 'Ella Echo', number: '80', behaviour: { kind: 'answer', afterMs: 0, sound: 'echo' } },
      office: '127.0.0.1:8802',
      media,
      clock,
      random: new SeededRandom(),
      logger: silentLogger,
      send: (message) => sent.push(message),
    });
    agent.start();
    return { agent, clock, media, sent };
  };
  /** A call that stands; returns the robot's tag. */
  const answer = async ({ agent, clock, sent }: ReturnType<typeof start>): Promise<string> => {
    agent.receive(Buffer.from(request('INVITE', 1)));
    await clock.advanceAsync(0);
    const ok = parseMessage(sent.at(-1) ?? new Uint8Array());
    const tag = /tag=(.*)/.exec(ok.ok ? (findHeader(ok.message.headers, 'To') ?? '') : '')?.[1] ?? '';
    agent.receive(Buffer.from(request('ACK', 1, '', tag)));
    return tag;
  };

  it('takes any bytes in a call without an error, answers with what can be read, and keeps nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 6 }), fc.integer({ min: 0, max: 6 })), { maxLength: 6 }),
        async (changes) => {
          const robot = start();
          const tag = await answer(robot);
          const valid = [
            request('REFER', 2, 'Refer-To: <sip:11@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>\r\nReferred-By: <sip:10@x>\r\n', tag),
            request('INVITE', 3, `Replaces: 1;to-tag=${tag};from-tag=1\r\n`),
            request('INVITE', 4, 'Content-Type: application/sdp\r\nContent-Length: 0\r\n', tag),
            request('UPDATE', 5, '', tag),
            request('CANCEL', 1),
            request('NOTIFY', 6, 'Event: refer\r\n', tag),
          ].map((text) => Buffer.from(text));
          for (const [which, place, bytes, removed] of changes) {
            const message = valid[which % valid.length] ?? Buffer.alloc(0);
            const at = place % message.length;
            robot.agent.receive(Buffer.concat([message.subarray(0, at), bytes, message.subarray(at + removed)]));
            await robot.clock.advanceAsync(0);
          }
          expect(robot.sent.every((bytes) => parseMessage(bytes).ok)).toBe(true);
          robot.agent.receive(Buffer.from(request('BYE', 9, '', tag)));
          await robot.clock.advanceAsync(700_000);
          expect([robot.agent.activity, robot.media.calls.size]).toEqual([0, 0]);
          robot.agent.dispose();
          expect(robot.clock.pendingCount).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
