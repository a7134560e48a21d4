import { ArrowLeftRight, Users } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { Panel } from '../../components/panel.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { combinationOf } from '../../store/call-verbs.ts';
import { useCommands } from '../../store/ui-context.tsx';
import { ChoiceButton } from './choice-button.tsx';

interface CombinePanelProps {
  readonly from: CallView;
  readonly onto: CallView;
  readonly onClose: () => void;
}

/** Two calls were put together: what shall become of them? */
export function CombinePanel({ from, onto, onClose }: CombinePanelProps) {
  const texts = useTexts();
  const { t } = texts;
  const { join: joinCalls, connect: connectCalls } = useCommands();
  const { join, connect } = combinationOf(from, onto);
  if (!join && !connect) return null;
  return (
    <Panel title={t('call.combine.title', { name: callName(texts, from), other: callName(texts, onto) })} onClose={onClose}>
      <div className="choices">
        {join && (
          <ChoiceButton
            icon={Users}
            label={t('call.combine.join')}
            hint={t('call.combine.joinHint')}
            autoFocus
            onClick={() => {
              joinCalls([from, onto]);
              onClose();
            }}
          />
        )}
        {connect && (
          <ChoiceButton
            icon={ArrowLeftRight}
            label={t('call.combine.connect')}
            hint={t('call.combine.connectHint')}
            autoFocus={!join}
            onClick={() => {
              connectCalls(from, onto);
              onClose();
            }}
          />
        )}
      </div>
    </Panel>
  );
}
