// The far end of a call that roams: a phone in the network namespace of the server. Takes every call, and tells on standard output,
// one line of JSON each, what happens and when sound arrived. Ends when its standard input does.
import { z } from 'zod';
import { asteriskPhone } from '../sip/test-phone.ts';
import type { FarEndNews } from './far-end.ts';

const orderSchema = z.object({ user: z.string(), wssUrl: z.string(), caFile: z.string(), toneHz: z.number() });

/** So often it is told when sound arrived, in ms. */
const tellingMs = 50;

const { user, wssUrl, caFile, toneHz } = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const phone = asteriskPhone({ wssUrl, caFile }, user, toneHz);
const tell = (news: FarEndNews): void => void process.stdout.write(`${JSON.stringify(news)}\n`);

let heard: number[] = [];
phone.media.onFrame(() => heard.push(Date.now()));
setInterval(() => {
  if (heard.length > 0) tell({ type: 'heard', at: heard });
  heard = [];
}, tellingMs);
phone.line.onCallEvent(({ type, call }) => {
  if (type === 'invite-received') phone.line.accept(call);
  else tell({ type: 'call', event: type, call });
});
phone.line.onRegistrationChanged(({ phase }) => tell({ type: 'registration', phase }));

process.stdin.on('data', (chunk: Buffer) => {
  // a command a line: the call whose sound is to be measured
  for (const call of chunk.toString().split('\n').filter(Boolean)) {
    phone.media.listen(call).then(
      ({ hz, level }) => tell({ type: 'tone', hz, level }),
      () => tell({ type: 'tone', hz: 0, level: 0 }),
    );
  }
});
process.stdin.on('end', () => void phone.dispose().finally(() => process.exit()));
phone.line.start();
