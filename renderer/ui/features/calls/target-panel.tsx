import { ArrowLeftRight, ArrowRightToLine, Clock3, Hash, MessagesSquare, Phone, Users } from 'lucide-react';
import { useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { Avatar } from '../../components/avatar.tsx';
import { LineBadge } from '../../components/line-badge.tsx';
import { Panel } from '../../components/panel.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { TargetPicker, type PickerVerb } from '../../components/target-picker.tsx';
import { callName } from '../../i18n/call-text.ts';
import { lineText } from '../../i18n/line-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import type { Target } from '../../store/targets.ts';
import { useCommands } from '../../store/ui-context.tsx';
import { useTargets } from '../../store/use-targets.ts';

interface TargetPanelProps {
  /** `transfer`: the call goes there. `add`: they come into the call. `deflect`: a ringing call goes there. */
  readonly kind: 'transfer' | 'add' | 'deflect';
  readonly call: CallView;
  readonly onClose: () => void;
}

/** Choose whom a call is given to, or who comes into it. */
export function TargetPanel({ kind, call, onClose }: TargetPanelProps) {
  const texts = useTexts();
  const { t } = texts;
  const [query, setQuery] = useState('');
  const targets = useTargets(call, query, kind !== 'deflect');
  const usable = targets.filter((target) => target.kind !== 'call' || verbsFor(target).length > 0);
  const commands = useCommands();

  function verbsFor(target: Target | null): readonly PickerVerb[] {
    return verbsOf(kind, target).map(({ id, icon, label, act }) => ({
      id,
      icon,
      label: t(label),
      onChoose: () => {
        act(commands, call);
        onClose();
      },
    }));
  }

  const name = callName(texts, call);
  const title = kind === 'add' && call.inConference ? t('picker.addToConference') : t(`picker.${kind}`, { name });
  return (
    <Panel title={title} onClose={onClose}>
      <TargetPicker
        label={t('picker.field')}
        query={query}
        onQuery={setQuery}
        rows={usable.map((target) => ({
          id: target.id,
          target,
          group: t(groupTitles[target.kind]),
          content: <TargetRow target={target} />,
        }))}
        verbsOf={verbsFor}
        nothing={t(query.trim() === '' ? 'picker.empty' : 'search.nothing')}
      />
    </Panel>
  );
}

const groupTitles = { call: 'picker.inCall', person: 'picker.people', recent: 'picker.recent', typed: 'picker.number' } as const;

interface TargetVerb {
  readonly id: string;
  readonly label: 'picker.speakFirst' | 'picker.now' | 'picker.call' | 'picker.join' | 'picker.send';
  readonly icon: PickerVerb['icon'];
  readonly act: (commands: ReturnType<typeof useCommands>, call: CallView) => void;
}

/** What Enter does comes first, what Ctrl+Enter does second. Without a target: what will be possible once one is chosen. */
function verbsOf(kind: TargetPanelProps['kind'], target: Target | null): readonly TargetVerb[] {
  if (target?.kind === 'call') {
    const other = target.call;
    return kind === 'add'
      ? [{ id: 'join', label: 'picker.join', icon: Users, act: ({ join }, call) => join([call, other]) }]
      : [{ id: 'connect', label: 'picker.now', icon: ArrowLeftRight, act: ({ connect }, call) => connect(call, other) }];
  }
  const number = target?.number ?? '';
  switch (kind) {
    case 'transfer':
      return [
        { id: 'consult', label: 'picker.speakFirst', icon: MessagesSquare, act: ({ consult }, call) => consult(call, number) },
        { id: 'transfer', label: 'picker.now', icon: ArrowRightToLine, act: ({ transfer }, call) => transfer(call, number) },
      ];
    case 'add':
      return [{ id: 'call', label: 'picker.call', icon: Phone, act: callIn(number) }];
    case 'deflect':
      return [{ id: 'send', label: 'picker.send', icon: ArrowRightToLine, act: ({ deflect }, call) => deflect(call, number) }];
  }
}

/** Whoever is called on behalf of a single call waits with it for what comes next; a conference simply goes on hold meanwhile. */
function callIn(number: string): TargetVerb['act'] {
  return ({ consult, dial }, call) => {
    if (call.inConference) dial(number);
    else consult(call, number);
  };
}

function TargetRow({ target }: { readonly target: Target }) {
  const texts = useTexts();
  return (
    <>
      <TargetSign target={target} />
      <span className="target-name one-line">
        <StrangerText text={target.name} />
      </span>
      <span className="target-line">
        {target.kind === 'person' && target.line !== null && (
          <span className="target-activity">
            <LineBadge activity={target.line.activity} />
            <span className="one-line">{lineText(texts, target.line)}</span>
          </span>
        )}
        {target.shown !== target.name && <StrangerText text={target.shown} />}
      </span>
    </>
  );
}

function TargetSign({ target }: { readonly target: Target }) {
  switch (target.kind) {
    case 'call':
    case 'person':
      return <Avatar name={target.name} size="small" />;
    case 'recent':
      return <Clock3 size={18} aria-hidden />;
    case 'typed':
      return <Hash size={18} aria-hidden />;
  }
}
