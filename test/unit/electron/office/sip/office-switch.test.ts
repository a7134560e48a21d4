import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DigestGuard } from '#electron/office/sip/digest-guard.ts';
import type { Flow } from '#electron/office/sip/flow.ts';
import { OfficeSwitch } from '#electron/office/sip/office-switch.ts';
import { RouteTokens } from '#electron/office/sip/route-tokens.ts';
import { practicePeople } from '#shared/people/practice-people.ts';
import { parseMessage } from '#shared/sip/parse-message.ts';
import { silentLogger } from '#shared/util/logger.ts';
import { SeededRandom } from '#test/support/seeded-random.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';

const invite = (extra = '', method = 'INVITE', number = '11'): string =>
  `${method} sip:${number}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:10@127.0.0.1>;tag=1\r\n` +
  `To: <sip:11@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 ${method}\r\nContact: <sip:10@a.invalid>\r\n${extra}Content-Length: 0\r\n\r\n`;

describe('switch of the practice office', () => {
  const start = () => {
    const clock = new VirtualClock();
    const random = new SeededRandom();
    const tokens = new RouteTokens('secret');
    const officeSwitch = new OfficeSwitch({
      clock,
      random,
      tokens,
      logger: silentLogger,
      directory: new Map(practicePeople.map((person) => [person.numbers[0] ?? '', person])),
      robotToken: () => undefined,
      fetchIntoPark: (_order, done) => done(false),
      address: '127.0.0.1:8802',
      guard: new DigestGuard({ realm: 'practice.office', secret: 's', passwords: new Map(), clock, random }),
    });
    officeSwitch.start();
    const openFlow = (user: string) => {
      const sent: Uint8Array[] = [];
      const flow: Flow = {
        token: tokens.mint(user),
        remoteAddress: '127.0.0.1',
        trustedUser: user,
        isOpen: true,
        send: (bytes) => sent.push(bytes),
      };
      officeSwitch.openFlow(flow);
      return { flow, sent };
    };
    return { officeSwitch, clock, openFlow };
  };

  it('takes any bytes and mutations without an error, and answers what can be read with what can be read', () => {
    const { officeSwitch, clock, openFlow } = start();
    const { flow, sent } = openFlow('10');
    const valid = [
      invite('Route: <sip:127.0.0.1;lr>\r\nProxy-Authorization: Digest realm="practice.office", nc=1\r\n'),
      invite('Replaces: 1;to-tag=1;from-tag=2;early-only\r\nP-Preferred-Identity: <sip:10@127.0.0.1>\r\nPrivacy: id\r\n'),
      invite('Referred-By: <sip:12@127.0.0.1>\r\n', 'INVITE', '700'),
      invite('', 'INVITE', '*9012'),
      invite('', 'INVITE', '**11'),
      invite('Event: dialog;id=1\r\nExpires: 60\r\n', 'SUBSCRIBE'),
      invite('Refer-To: <sip:700@127.0.0.1?Replaces=1%3Bto-tag%3D1%3Bfrom-tag%3D2>\r\n', 'REFER'),
    ].map((text) => Buffer.from(text));
    let round = 0;
    const mutated = fc
      .tuple(fc.constantFrom(...valid), fc.nat(), fc.uint8Array({ maxLength: 8 }), fc.integer({ min: 0, max: 8 }))
      .map(([message, place, bytes, removed]) => {
        const at = place % message.length;
        return Buffer.concat([message.subarray(0, at), bytes, message.subarray(at + removed)]);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 300 })), (drawn) => {
        // each a transaction of its own: a retransmission is passed over
        const bytes = Buffer.from(
          Buffer.from(drawn)
            .toString('latin1')
            .replace('z9hG4bK1', `z9hG4bK1${(round += 1)}`),
          'latin1',
        );
        sent.length = 0;
        officeSwitch.receive(flow, bytes);
        // a 400 has to repeat the headers that made it one
        if (parseMessage(bytes).ok) expect(sent.every((answer) => parseMessage(answer).ok)).toBe(true);
      }),
      { numRuns: 1500 },
    );
    clock.advance(300_000);
    expect(officeSwitch.inventory).toMatchObject({ transactions: 0, requests: 0, dialogs: 0, subscriptions: 0 });
    officeSwitch.dispose();
    expect(clock.pendingCount).toBe(0);
  });

  it('has no timer left after its end, whatever was under way', () => {
    const { officeSwitch, clock, openFlow } = start();
    const { flow, sent } = openFlow('10');
    officeSwitch.receive(flow, Buffer.from(invite()));
    expect(sent.map((bytes) => Buffer.from(bytes).toString().slice(0, 11))).toEqual(['SIP/2.0 480']);
    officeSwitch.closeFlow(flow);
    officeSwitch.dispose();
    officeSwitch.receive(flow, Buffer.from(invite()));
    expect(clock.pendingCount).toBe(0);
  });
});
