import { PhoneOff } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { callInHand, combinationOf, type CallRole } from '../../store/call-verbs.ts';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { MoreVerbs } from './more-verbs.tsx';
import { useShortcutHint } from './verb-button.tsx';

/** What can be done with a call that waits on hold beside another one. */
export function SlimVerbs({ call, role }: { readonly call: CallView; readonly role: CallRole }) {
  const { t } = useTexts();
  const { toggleHold, join, end } = useCommands();
  const inHand = useAppState((app) => callInHand(app.calls));
  const keys = useShortcutHint('swap');
  const joinable = role === 'single' && inHand !== undefined && combinationOf(call, inHand).join;
  return (
    <div className="slim-verbs">
      {joinable && <Button onClick={() => join([inHand, call])}>{t('call.combine.join')}</Button>}
      <Button {...keys} onClick={() => toggleHold(call)}>
        {t('call.resume')}
      </Button>
      <MoreVerbs call={call} role={role} look="icon" />
      <IconButton icon={PhoneOff} label={t('call.end')} onClick={() => end(call)} />
    </div>
  );
}
