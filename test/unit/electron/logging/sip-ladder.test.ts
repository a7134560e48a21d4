import { describe, expect, it } from 'vitest';
import { type PassedMessage, SipLadder } from '#electron/logging/sip-ladder.ts';

const passed = (callId: string, text: string, at = 0): PassedMessage => ({ callId, direction: 'sent', at, peer: 'wss pbx', text });
const options = (sequence: number) => `OPTIONS sip:pbx SIP/2.0\r\nCSeq: ${sequence} OPTIONS\r\n\r\n`;
const secretInvite =
  'INVITE sip:+4930123456@pbx SIP/2.0\r\nAuthorization: Digest realm="r", response="canary"\r\nCSeq: 1 INVITE\r\n\r\na=ice-pwd:canary\r\n';

describe('SipLadder', () => {
  it('draws the messages of a call without their secrets', () => {
    const ladder = new SipLadder();
    ladder.record(passed('a', secretInvite));
    ladder.record(passed('b', options(1)));
    const text = ladder.ladder('a');
    expect(text).toContain(' INVITE (1) ');
    expect(text).toContain('sip:+4930123456@pbx');
    expect(text).not.toContain('canary');
    expect(text).not.toContain('OPTIONS');
    expect(ladder.ladder('a', { forExport: true })).toContain('sip:***56@pbx');
  });

  it('refuses a call that it does not know', () => {
    expect(() => new SipLadder().ladder('a')).toThrow(expect.objectContaining({ code: 'call-unknown' }));
  });

  it('keeps the latest calls', () => {
    const ladder = new SipLadder({ calls: 3 });
    for (const callId of ['a', 'b', 'c', 'a', 'd']) ladder.record(passed(callId, options(1)));
    expect(ladder.callIds).toEqual(['c', 'a', 'd']);
  });

  it('keeps the first and the newest messages of a long call', () => {
    const ladder = new SipLadder({ messagesPerCall: 6 });
    for (let sequence = 1; sequence <= 10; sequence++) ladder.record(passed('a', options(sequence)));
    const numbers = [...ladder.ladder('a').matchAll(/OPTIONS \((\d+)\)|(\d+) messages were not kept/g)].map(
      (match) => match[1] ?? `-${match[2] ?? ''}`,
    );
    expect(numbers).toEqual(['1', '2', '3', '-4', '8', '9', '10']);
  });

  it('stays within its characters', () => {
    const ladder = new SipLadder({ characters: 1000, charactersPerMessage: 200 });
    for (let index = 0; index < 50; index++) ladder.record(passed(`call-${index}`, `OPTIONS sip:pbx SIP/2.0\r\n${'x'.repeat(5000)}`));
    expect(ladder.callIds.length).toBeLessThanOrEqual(4);
    expect(ladder.ladder('call-49')).toContain('[4825 more characters were not kept]');
  });
});
