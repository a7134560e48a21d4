import type { ReactNode } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { classNames } from '../../components/class-names.ts';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useCombining } from './use-combining.ts';
import './card-frame.css';

interface CardFrameProps {
  /** The call that other cards are dropped on. */
  readonly call: CallView;
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** The outline of a card: can be dragged onto another one, and says when another one can be dropped. */
export function CardFrame({ call, label, className, children }: CardFrameProps) {
  const texts = useTexts();
  const { drop, dragged, handlers } = useCombining(call);
  return (
    <article
      {...handlers}
      className={classNames('call-card', className, dragged && 'call-card-dragged', drop === 'possible' && 'call-card-target')}
      aria-label={label}
    >
      {children}
      {drop === 'over' && (
        <p className="call-drop-hint" role="status">
          {texts.t('call.combine.drop', { name: callName(texts, call) })}
        </p>
      )}
    </article>
  );
}
