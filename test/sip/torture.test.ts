import { Core, Grammar } from 'sip.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { tortureMessages } from '#test/fixtures/torture/torture-messages.ts';
import { makeCertificate, type TestCertificate } from '#test/support/sip/test-certificates.ts';
import { tortureExpectations } from '#test/support/sip/torture-expectations.ts';
import { tortureOnce } from '#test/support/sip/torture-run.ts';

const expectations = new Map(Object.entries(tortureExpectations));
let certificate: TestCertificate;

beforeAll(async () => {
  certificate = await makeCertificate();
});

describe('the torture messages of RFC 4475 and RFC 5118 over WSS', () => {
  it('are 61', () => {
    expect(
      tortureMessages()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(tortureExpectations).sort());
    expect(tortureMessages()).toHaveLength(61);
  });

  it.each(tortureMessages().map((message) => [message.section, message] as const))('%s', async (_section, message) => {
    const { status, because } = expectations.get(message.name) ?? expect.fail('no expectation');
    const grammar = vi.spyOn(Grammar, 'parse');
    const parser = vi.spyOn(Core.Parser, 'parseMessage');
    const outcome = await tortureOnce(message, certificate);
    expect(outcome.statuses, because).toEqual(status === null ? [] : [status]);
    expect(outcome).toMatchObject({ alive: true, leftovers: 0, connections: 1 });
    expect(parser).not.toHaveBeenCalled();
    // the user agent's constructor checks its own instance id; nothing that was received comes near the grammar
    expect(grammar.mock.calls.filter(([, rule]) => rule !== 'uuid')).toEqual([]);
    vi.restoreAllMocks();
  });
});
