import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactForExport } from '#shared/logging/redact-for-export.ts';

describe('redactForExport', () => {
  it.each([
    ['INVITE sip:+4930123456@pbx.example SIP/2.0', 'INVITE sip:***56@pbx.example SIP/2.0'],
    ['From: "Anna Weber" <sip:anna@pbx.example>;tag=123456789', 'From: "[name]" <sip:[user]@pbx.example>;tag=123456789'],
    ['To: Anna Weber <sip:1001@pbx.example>', 'To: [name] <sip:***01@pbx.example>'],
    ['Diversion: <tel:+49-30-123456>;reason=busy', 'Diversion: <tel:***56>;reason=busy'],
    ['dialling +49 (30) 123-456 now', 'dialling ***56 now'],
    ['Dialled number=1001 name="Anna Weber"', 'Dialled number=***01 name="[user]"'],
    ['{"displayName":"Anna","number":"0301234567"}', '{"displayName":"[user]","number":"***67"}'],
    ['o=anna 123456 2 IN IP4 192.0.2.1', 'o=- 123456 2 IN IP4 192.0.2.1'],
    ['anna@pbx.example did not answer', '[user]@pbx.example did not answer'],
    ['password=geheim', 'password=[removed]'],
  ])('%s', (text, expected) => {
    expect(redactForExport(text)).toBe(expected);
    expect(redactForExport(expected)).toBe(expected);
  });

  it.each([
    'Call-ID: 1234567890@pbx.example',
    'CSeq: 1234567 INVITE',
    'Via: SIP/2.0/WSS abc.invalid;branch=z9hG4bK123456789',
    'a=candidate:1 1 udp 2122260223 192.0.2.1 4000 typ host',
    '2026-11-20T04:10:33.123Z INFO  sip Registered host=192.168.100.200 expires=600',
    'wss 192.0.2.7:8089',
    'sip:pbx.example:5061',
  ])('leaves "%s" as it is', (text) => {
    expect(redactForExport(text)).toBe(text);
  });

  it('lets no number through, however it is written', () => {
    const digit = fc.constantFrom(...'0123456789');
    const number = fc.array(digit, { minLength: 7, maxLength: 15 });
    const separators = fc.array(fc.constantFrom('', '', '', ' ', '-', '/', ' ('), { minLength: 15, maxLength: 15 });
    const written = fc.tuple(fc.constantFrom('', '+'), number, separators).map(([plus, digits, between]) => ({
      digits: digits.join(''),
      text: plus + digits.map((value, index) => (index === 0 ? value : (between[index] ?? '') + value)).join(''),
    }));
    fc.assert(
      fc.property(written, fc.constantFrom('call to ', 'number="', 'x <tel:', '(', 'from '), ({ digits, text }, before) => {
        const output = redactForExport(`${before}${text}`);
        expect(output.replace(/\D/g, '')).not.toContain(digits.slice(0, -2));
      }),
      { numRuns: 2000 },
    );
  });

  it('stays linear over hostile text', () => {
    const units = ['1 ', '1', 'a@', '"', '"\\', 'sip:', 'a', ',a', ': ', 'name=', 'tel:'];
    const started = performance.now();
    for (const unit of units) redactForExport(unit.repeat(Math.ceil(65_536 / unit.length)));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
