import { ArrowRightToLine, Circle, CircleStop, Copy, Ellipsis, FileText, Info, ParkingSquare, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { IconButton } from '../../components/button.tsx';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { canCombine, verbsOf, type CallRole } from '../../store/call-verbs.ts';
import { useAppState, useCommands, useUi } from '../../store/ui-context.tsx';
import { CallDetails } from './call-details.tsx';
import { useParking } from './park-panel.tsx';
import { VerbButton } from './verb-button.tsx';

interface MoreVerbsProps {
  readonly call: CallView;
  readonly role: CallRole;
  /** A held call beside another one is one line, and its menu an icon. */
  readonly look: 'verb' | 'icon';
}

/** What is rarely needed, and what is for administrators. */
export function MoreVerbs({ call, role, look }: MoreVerbsProps) {
  const { t } = useTexts();
  const { ask, copy } = useCommands();
  const [detailsOpen, setDetailsOpen] = useState(false);
  const items: MenuItem[] = [
    ...useVerbItems(call, role, look),
    ...useCombiningItems(call),
    {
      id: 'number',
      icon: Copy,
      label: t('actions.copyNumber'),
      onChoose: () => copy(call.remote.number || call.remote.uri, t('actions.copied')),
    },
    {
      id: 'ladder',
      icon: FileText,
      label: t('call.copyLadder'),
      onChoose: () =>
        void ask('call.ladder', { call: call.id }).then((ladder) => {
          if (ladder) copy(ladder.text, t('call.ladderCopied'));
        }),
    },
    { id: 'details', icon: Info, label: t('call.technical'), onChoose: () => setDetailsOpen(true) },
  ];
  return (
    <>
      <Menu
        label={t('call.more')}
        items={items}
        trigger={(props) =>
          look === 'icon' ? (
            <IconButton {...props} icon={Ellipsis} label={t('call.more')} />
          ) : (
            <VerbButton {...props} icon={Ellipsis} label={t('call.more')} />
          )
        }
      />
      {detailsOpen && <CallDetails call={call} onClose={() => setDetailsOpen(false)} />}
    </>
  );
}

/** Park and record, and on a slim card the verbs that have no button there. */
function useVerbItems(call: CallView, role: CallRole, look: MoreVerbsProps['look']): MenuItem[] {
  const { t } = useTexts();
  const { togglePanel, park, setRecording } = useCommands();
  const parking = useParking();
  const recordingOffered = useAppState((app) => app.settings.recording.offered);
  const recordingLocked = useAppState((app) => app.policy.recording === 'forbidden');
  const items: MenuItem[] = [];
  const verbs = verbsOf(call, role);
  const put = (item: MenuItem | false): void => void (item && items.push(item));
  const unfold = (kind: 'transfer' | 'add') => () => togglePanel({ call: call.id, kind });

  put(
    look === 'icon' &&
      verbs.includes('transfer') && {
        id: 'transfer',
        icon: ArrowRightToLine,
        label: t('call.transfer'),
        onChoose: unfold('transfer'),
      },
  );
  put(look === 'icon' && verbs.includes('add') && { id: 'add', icon: UserPlus, label: t('call.add'), onChoose: unfold('add') });
  put(
    parking.offered &&
      verbs.includes('transfer') && {
        id: 'park',
        icon: ParkingSquare,
        label: t('call.park'),
        onChoose: () => (parking.slots.length > 0 ? togglePanel({ call: call.id, kind: 'park' }) : park(call, null)),
      },
  );
  if (recordingOffered && call.phase === 'connected') {
    const recording = call.recordingSince !== null;
    put({
      id: 'record',
      icon: recording ? CircleStop : Circle,
      label: t(recording ? 'call.stopRecording' : 'call.record'),
      onChoose: () => setRecording(call, !recording),
      ...(recordingLocked && !recording ? { disabledReason: t('call.recordingLocked') } : {}),
    });
  }
  return items;
}

/** What dragging one card onto another does, for the keyboard. */
function useCombiningItems(call: CallView): MenuItem[] {
  const texts = useTexts();
  const { view } = useUi();
  const calls = useAppState((app) => app.calls);
  return calls
    .filter((other) => canCombine(call, other))
    .map((other) => ({
      id: `combine-${other.id}`,
      icon: Users,
      label: texts.t('call.combineWith', { name: callName(texts, other) }),
      onChoose: () => view.setState({ combining: { from: call.id, onto: other.id }, panel: null }),
    }));
}
