import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { CallId, CallView } from '#shared/calls/call.ts';
import { callLimit } from '#shared/calls/call-policy.ts';
import type { CallFixture } from '#test/support/calls/call-fixture.ts';
import { playAtRandom } from '#test/support/calls/random-play.ts';

/** Each chooses among what can happen then. */
const numbers = fc.array(fc.nat(), { minLength: 1, maxLength: 80, size: 'max' });

const isLive = ({ phase }: CallView): boolean => !['ending', 'referred', 'ended'].includes(phase);

/** What the line was asked last of a hold; the view says it only when it is negotiated. */
class Holds {
  readonly #wishes = new Map<CallId, boolean>();

  read(t: CallFixture): void {
    for (const [order, call, held] of t.line.orders) if (order === 'setHold') this.#wishes.set(String(call), held === true);
  }

  inHand(views: readonly CallView[]): readonly CallView[] {
    return views.filter((call) => call.phase === 'connected' && !(this.#wishes.get(call.id) ?? call.hold.local));
  }
}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

describe('eight calls and any verbs in any order', () => {
  it('never leave two calls in hand that do not hear each other, and no consultation without its caller', () => {
    fc.assert(
      fc.property(numbers, (played) => {
        const holds = new Holds();
        playAtRandom(played, { refusals: false }, (t) => {
          const views = t.service.views();
          const live = views.filter(isLive);
          holds.read(t);
          const inHand = holds.inHand(views);
          const outside = inHand.filter(({ inConference }) => !inConference);
          check(outside.length <= 1 && (outside.length === 0 || inHand.length === 1), `in hand: ${inHand.map(({ id }) => id).join()}`);
          for (const { id, consultationFor } of live) {
            if (consultationFor === null) continue;
            check(
              live.some((call) => call.id === consultationFor),
              `${id} is a consultation for nobody`,
            );
          }
          const members = live.filter(({ inConference }) => inConference);
          check(members.length !== 1, 'a conference of one');
          check(
            views.every((call) => isLive(call) || !call.inConference),
            'a call that is over is in the conference',
          );
          check(live.filter(({ emergency }) => !emergency).length <= callLimit, 'too many calls');
        });
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('mix exactly the members that are in hand', () => {
    fc.assert(
      fc.property(numbers, (played) => {
        const holds = new Holds();
        playAtRandom(played, { refusals: false }, (t) => {
          holds.read(t);
          const members = holds.inHand(t.service.views()).filter(({ inConference }) => inConference);
          const expected = members.length < 2 ? [] : members.map(({ id }) => id);
          check(
            t.media.conference.map(({ peer }) => peer).join() === expected.join(),
            `mixed: ${t.media.conference.map(({ peer }) => peer).join()}`,
          );
        });
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('end in silence: every tone stopped, every timer gone, every call written once', () => {
    fc.assert(
      fc.property(numbers, (played) => {
        const tones = new Set<string>();
        const calls = new Set<CallId>();
        const listen = (t: CallFixture): void => {
          for (const { id } of t.service.views()) calls.add(id);
          for (const [order, id, tone] of t.media.orders) {
            if (order === 'startTone' && tone !== 'auto-answer') tones.add(String(id));
            if (order === 'stopTone') check(tones.delete(String(id)), `${String(id)} is stopped twice`);
          }
        };
        const t = playAtRandom(played, { refusals: true }, listen);
        t.service.hangUpAll();
        t.clock.advance(60_000);
        listen(t);
        check(t.service.views().length === 0, 'a card stays');
        check(tones.size === 0, `still sounds: ${[...tones].join()}`);
        check(t.clock.pendingCount === 0, `${t.clock.pendingCount} timers stay`);
        const written = t.journal.entries.map(({ id }) => id);
        check(new Set(written).size === written.length, 'a call is written twice');
        for (const id of calls) check(written.includes(id), `${id} is not written`);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });
});
