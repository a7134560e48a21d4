import { describe, expect, it } from 'vitest';
import { encodeErrorCode, stunAttributes } from '#shared/network/stun/attributes.ts';
import { encodePasswordAlgorithms } from '#shared/network/stun/integrity.ts';
import type { StunMessage } from '#shared/network/stun/message.ts';
import { afterRefusal, type TurnChallenge } from '#shared/network/stun/turn-credentials.ts';
import { encodeUtf8 } from '#shared/sip/text-codec.ts';

const first: TurnChallenge = { realm: 'lab', nonce: encodeUtf8('one'), passwordAlgorithms: null };

function refusal(
  code: number | undefined,
  reason = '',
  given: { realm?: string; nonce?: string; algorithms?: Uint8Array } = {},
): StunMessage {
  const { realm, nonce, algorithms } = given;
  const attributes = [
    ...(code === undefined ? [] : [{ type: stunAttributes.errorCode, value: encodeErrorCode({ code, reason }) }]),
    ...(realm === undefined ? [] : [{ type: stunAttributes.realm, value: encodeUtf8(realm) }]),
    ...(nonce === undefined ? [] : [{ type: stunAttributes.nonce, value: encodeUtf8(nonce) }]),
    ...(algorithms === undefined ? [] : [{ type: stunAttributes.passwordAlgorithms, value: algorithms }]),
  ];
  return { class: 'error', method: 3, transactionId: new Uint8Array(12), attributes: attributes.map((each) => ({ ...each, offset: 0 })) };
}

describe('a refusal', () => {
  it('of a request without credentials asks for them', () => {
    const next = afterRefusal(refusal(401, '', { realm: 'lab', nonce: 'one' }), null);
    expect(next).toEqual({ kind: 'again', challenge: first });
  });

  it('of a stale nonce brings another', () => {
    const next = afterRefusal(refusal(438, '', { realm: 'lab', nonce: 'two' }), first);
    expect(next).toEqual({ kind: 'again', challenge: { ...first, nonce: encodeUtf8('two') } });
  });

  it.each([
    ['credentials that are wrong', refusal(401, '', { realm: 'lab', nonce: 'two' }), first, 401, 'Unauthorized'],
    ['credentials, without saying for what', refusal(401), null, 401, 'Unauthorized'],
    ['a stale nonce, without a newer one', refusal(438), first, 438, 'Stale Nonce'],
    ['something else, in its own words', refusal(486, ' Too\u0000 many\r\n', { realm: 'lab', nonce: 'two' }), first, 486, 'Too many'],
    ['something that nobody knows', refusal(499), first, 499, '499'],
    ['without a code', refusal(undefined), first, 500, 'Server Error'],
    ['with far too many words', refusal(403, 'x'.repeat(600)), first, 403, 'x'.repeat(128)],
  ])('of %s is final', (_what, response, sent, status, reason) => {
    expect(afterRefusal(response, sent)).toEqual({ kind: 'refused', status, reason });
  });

  it('offers algorithms only where the nonce confirms them and one is known', () => {
    const algorithms = encodePasswordAlgorithms(['sha256']);
    const asked = (nonce: string, offered: Uint8Array): unknown => {
      const next = afterRefusal(refusal(401, '', { realm: 'lab', nonce, algorithms: offered }), null);
      return next.kind === 'again' ? next.challenge.passwordAlgorithms : undefined;
    };
    expect(asked('obMatJos2gAAAx', algorithms)).toEqual(algorithms);
    expect(asked('obMatJos2AAAAx', algorithms)).toBeNull();
    expect(asked('x', algorithms)).toBeNull();
    expect(asked('obMatJos2gAAAx', Uint8Array.of(0, 9, 0, 0))).toBeNull();
  });
});
