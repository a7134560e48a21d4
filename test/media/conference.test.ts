import { describe, expect, it } from 'vitest';
import { longestSilenceMs } from './fixture/far-ends.ts';
import { ownTone, useFarEnds } from './fixture/use-far-ends.ts';

const { media, far } = useFarEnds();
const tones = { anna: 620, ben: 1_540, clara: 2_330 };
type Name = keyof typeof tones;

const conference = (...members: (string | { peer: string; silenced: true })[]): Promise<void> =>
  media().call(
    'setConference',
    members.map((member) => (typeof member === 'string' ? { peer: member, silenced: false } : member)),
  );

/** Calls to these far ends, mixed. */
async function meet(...names: Name[]): Promise<void> {
  for (const name of names) await far().connect(name, tones[name]);
  await conference(...names);
}

describe('everybody hears the others and nobody himself', () => {
  it('in a conference of three', async () => {
    await meet('anna', 'ben');
    expect(await media().call('inventory')).toMatchObject({ peers: 2, mixed: 2, audioElements: 2, streams: 1 });
    await far().untilHears('anna', ownTone, tones.ben);
    await far().untilHears('ben', ownTone, tones.anna);
    await media().untilHeard('anna', tones.anna);
    await media().untilHeard('ben', tones.ben);
  });

  it('in a conference of four, until one leaves, and another', async () => {
    await meet('anna', 'ben', 'clara');
    await far().untilHears('anna', ownTone, tones.ben, tones.clara);
    await far().untilHears('ben', ownTone, tones.anna, tones.clara);
    await far().untilHears('clara', ownTone, tones.anna, tones.ben);
    // hung up before main could say that the conference is smaller
    await media().call('closePeer', 'clara');
    await far().untilHears('anna', ownTone, tones.ben);
    await far().untilHears('ben', ownTone, tones.anna);
    expect(await media().call('inventory')).toMatchObject({ mixed: 2 });
    await conference('anna');
    expect(await media().call('inventory')).toMatchObject({ peers: 2, mixed: 0 });
    await far().untilHears('anna', ownTone);
    await far().untilHears('ben', ownTone);
  });

  it('without a gap when it begins and ends', async () => {
    await far().connect('anna', tones.anna);
    await far().connect('ben', tones.ben);
    await far().untilHears('anna', ownTone);
    const heard = await far().heardDuring('anna', async () => {
      await conference('anna', 'ben');
      await far().untilHears('ben', ownTone, tones.anna);
      await conference();
      await far().untilHears('ben', ownTone);
    });
    expect(longestSilenceMs(heard)).toBeLessThan(50);
  });
});

describe('a member', () => {
  it('that is silenced is heard by the person only, and hears on', async () => {
    await meet('anna', 'ben', 'clara');
    await conference('anna', { peer: 'ben', silenced: true }, 'clara');
    await far().untilHears('anna', ownTone, tones.clara);
    await far().untilHears('clara', ownTone, tones.anna);
    await far().untilHears('ben', ownTone, tones.anna, tones.clara);
    await media().untilHeard('ben', tones.ben);
    await conference('anna', 'ben', 'clara');
    await far().untilHears('anna', ownTone, tones.ben, tones.clara);
  });

  it('for which the microphone is muted hears the others, and the others hear it', async () => {
    await meet('anna', 'ben');
    await media().call('setMuted', 'anna', true);
    await far().untilHears('anna', tones.ben);
    await far().untilHears('ben', ownTone, tones.anna);
    await media().call('setMuted', 'ben', true);
    await far().untilHears('ben', tones.anna);
    await conference();
    await far().untilHears('anna');
    await media().call('setMuted', 'anna', false);
    await far().untilHears('anna', ownTone);
  });

  it('that is held is out of it both ways', async () => {
    await meet('anna', 'ben', 'clara');
    await far().renegotiate('anna', { hold: true });
    await far().untilHears('ben', ownTone, tones.clara);
    await far().untilHears('clara', ownTone, tones.ben);
    await far().untilHears('anna');
    await far().renegotiate('anna', {});
    await far().untilHears('ben', ownTone, tones.anna, tones.clara);
    await far().untilHears('anna', ownTone, tones.ben, tones.clara);
  });

  it('that holds us keeps its music to itself', async () => {
    await meet('anna', 'ben', 'clara');
    await far().reoffer('anna', 'sendonly');
    await far().untilHears('ben', ownTone, tones.clara);
    await media().untilHeard('anna', tones.anna);
    await far().reoffer('anna', 'sendrecv');
    await far().untilHears('ben', ownTone, tones.anna, tones.clara);
  });

  it('whose peer is replaced comes back under the new one', async () => {
    await meet('anna', 'ben');
    await far().connect('ben-repaired', tones.ben);
    await media().call('closePeer', 'ben');
    await conference('anna', 'ben-repaired');
    await far().untilHears('anna', ownTone, tones.ben);
    await far().untilHears('ben-repaired', ownTone, tones.anna);
  });

  it('that is declared before it is there joins when it comes', async () => {
    await far().connect('anna', tones.anna);
    await conference('anna', 'ben');
    expect(await media().call('inventory')).toMatchObject({ mixed: 0 });
    await far().connect('ben', tones.ben);
    await far().untilHears('anna', ownTone, tones.ben);
  });
});

it('the microphone may change while it is mixed', async () => {
  await meet('anna', 'ben');
  const { inputs } = await media().call('listDevices');
  for (const microphone of inputs) {
    await media().configure({ audio: { microphone } });
    await far().untilHears('anna', ownTone, tones.ben);
  }
  await media().configure({});
  await far().untilHears('ben', ownTone, tones.anna);
});
