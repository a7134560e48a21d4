import { tortureMessages } from '#test/fixtures/torture/torture-messages.ts';
import { makeCertificate } from '#test/support/sip/test-certificates.ts';
import { tortureExpectations } from '#test/support/sip/torture-expectations.ts';
import { tortureOnce } from '#test/support/sip/torture-run.ts';

export interface TortureScore {
  readonly passed: number;
  readonly total: number;
  readonly failed: readonly string[];
}

/** How many of the 61 torture messages of RFC 4475 and RFC 5118 a registered phone outlives with the right answer, over WSS. */
export async function tortureScore(): Promise<TortureScore> {
  const certificate = await makeCertificate();
  const expectations = new Map(Object.entries(tortureExpectations));
  const failed: string[] = [];
  const messages = tortureMessages();
  for (const message of messages) {
    const expected = expectations.get(message.name)?.status ?? null;
    const outcome = await tortureOnce(message, certificate);
    const right = expected === null ? outcome.statuses.length === 0 : outcome.statuses.length === 1 && outcome.statuses[0] === expected;
    if (!right || !outcome.alive || outcome.leftovers > 0 || outcome.connections !== 1) failed.push(message.name);
  }
  return { passed: messages.length - failed.length, total: messages.length, failed };
}
