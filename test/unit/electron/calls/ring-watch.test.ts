import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallFixture } from '#test/support/calls/call-fixture.ts';
import { ringRecord } from '#test/support/calls/ring-records.ts';

describe('what is kept of the ringing of a call', () => {
  let t: CallFixture;
  beforeEach(() => {
    t = new CallFixture();
    t.setRules({ audio: { ringVolume: 0.8 } });
  });
  afterEach(() => t.service.dispose());

  const missed = (id: string): void => t.line.say({ call: id, type: 'cancelled', answeredElsewhere: false, who: null });
  const kept = () => t.journal.entries.at(-1)?.ring;

  it('is when the tone began, on which device, and how loud', () => {
    t.invite('in');
    t.clock.advance(40);
    t.media.tonePlaying.fire({ id: 'in', device: 'Jabra Evolve2', replaced: false });
    t.clock.advance(20_000);
    missed('in');
    expect(kept()).toEqual(ringRecord());
  });

  it('is that nothing played, as long as the media window says nothing', () => {
    t.cardState = 'off';
    t.invite('in');
    missed('in');
    expect(kept()).toEqual(ringRecord({ toneAfterMs: null, ringer: null, card: 'off' }));
  });

  it('is where the tone went on when the media window was rebuilt, and when it began first', () => {
    t.invite('in');
    t.clock.advance(40);
    t.media.tonePlaying.fire({ id: 'in', device: 'Jabra Evolve2', replaced: false });
    t.clock.advance(3_000);
    t.media.tonePlaying.fire({ id: 'in', device: '', replaced: true });
    t.media.tonePlaying.fire({ id: 'somebody else', device: null, replaced: false });
    missed('in');
    expect(kept()).toEqual(ringRecord({ ringer: '', ringerReplaced: true }));
  });

  it('is the softer tone beside a call', () => {
    t.talk();
    t.invite('in');
    missed('in');
    expect(kept()).toMatchObject({ tone: 'call-waiting', volume: 0.5, callsBefore: 1 });
  });

  it('is that a call was turned away', () => {
    t.setRules({ availability: { doNotDisturb: true } });
    t.invite('in');
    t.line.say({ call: 'in', type: 'closed' });
    expect(kept()).toEqual(ringRecord({ toneAfterMs: null, tone: 'none', ringer: null, card: 'not-needed', doNotDisturb: true }));
  });

  it('stands in the line of a call whose process dies', () => {
    t.invite('in');
    expect(t.journal.drafts.at(-1)?.ring).toMatchObject({ tone: 'ring', soundReady: true });
  });

  it('is nothing for calls of our own', () => {
    const id = t.talk();
    t.line.say({ call: id, type: 'terminated', by: 'remote' });
    expect(kept()).toBeNull();
  });
});
