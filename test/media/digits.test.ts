import { expect, it } from 'vitest';
import { useFarEnds } from './fixture/use-far-ends.ts';

const { media, far } = useFarEnds();

it('digits are refused at once where the far end takes none, and the call goes on', async () => {
  await far().connect('anna', 620, { withoutDigits: true });
  await expect(media().call('sendDtmf', 'anna', '12#')).rejects.toThrow('digits-not-sent (digits=12#)');
  await media().untilHeard('anna', 620);
});

it('digits are taken where it has agreed to them', async () => {
  await far().connect('anna', 620);
  await media().call('sendDtmf', 'anna', '12#');
});

it('digits are refused while the far end holds the call and does not listen', async () => {
  await far().connect('anna', 620);
  await far().reoffer('anna', 'sendonly');
  await expect(media().call('sendDtmf', 'anna', '1')).rejects.toThrow('digits-not-sent');
  await far().reoffer('anna', 'sendrecv');
  await media().call('sendDtmf', 'anna', '1');
});

it('digits typed while the connection comes up are sent, whatever is ready first', async () => {
  for (let round = 0; round < 20; round++) {
    const [caller, callee] = [`caller-${round}`, `callee-${round}`];
    const offer = await media().call('createOffer', caller, { iceRestart: false, hold: false });
    const answer = await media().call('createAnswer', callee, offer, { hold: false });
    const sent = [caller, callee].map((peer) => media().call('sendDtmf', peer, '1'));
    await media().call('applyAnswer', caller, answer, { provisional: false });
    await Promise.all(sent);
    await media().closeAll();
  }
});
