import type { CallView } from '#shared/calls/call.ts';
import { verbsOf, type CallRole } from '../../store/call-verbs.ts';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import { CombinePanel } from './combine-panel.tsx';
import { Keypad } from './keypad.tsx';
import { ParkPanel } from './park-panel.tsx';
import { ReplyPanel } from './reply-panel.tsx';
import { TargetPanel } from './target-panel.tsx';

/** What is unfolded below this call, if anything is and if it is still possible. */
export function CardPanel({ call, role }: { readonly call: CallView; readonly role: CallRole }) {
  const { closePanel } = useCommands();
  const kind = useView(({ panel }) => (panel?.call === call.id ? panel.kind : null));
  const from = useView(({ combining }) => (combining?.onto === call.id ? combining.from : null));
  const other = useAppState((app) => (from === null ? undefined : app.calls.find(({ id }) => id === from)));
  if (other !== undefined) return <CombinePanel from={other} onto={call} onClose={closePanel} />;

  const verbs = verbsOf(call, role);
  switch (kind) {
    case null:
      return null;
    case 'keypad':
      return verbs.includes('keypad') ? <Keypad call={call} onClose={closePanel} /> : null;
    case 'transfer':
    case 'add':
      return verbs.includes(kind) ? <TargetPanel key={kind} kind={kind} call={call} onClose={closePanel} /> : null;
    case 'park':
      return verbs.includes('transfer') ? <ParkPanel call={call} onClose={closePanel} /> : null;
    case 'deflect':
      return call.phase === 'ringing-in' ? <TargetPanel kind={kind} call={call} onClose={closePanel} /> : null;
    case 'reply':
      return call.phase === 'ringing-in' ? <ReplyPanel call={call} onClose={closePanel} /> : null;
  }
}
