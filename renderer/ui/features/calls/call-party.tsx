import type { CallView } from '#shared/calls/call.ts';
import { Avatar } from '../../components/avatar.tsx';
import { callName, callOrigin } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';

interface CallPartyProps {
  readonly call: CallView;
  readonly size?: 'normal' | 'large';
  /** What stands before the number, as the state of a call that is one line. */
  readonly status?: string;
}

/** Who the call is with, at which number, for whom it came and who sent it here. */
export function CallParty({ call, size = 'large', status = '' }: CallPartyProps) {
  const texts = useTexts();
  const name = callName(texts, call);
  return (
    <div className="call-party">
      <Avatar name={name} size={size} />
      <div className="call-party-text">
        <h2 className="call-party-name one-line" title={name}>
          <bdi>{name}</bdi>
        </h2>
        <p className="call-party-sub muted">{[status, ...callOrigin(texts, call)].filter(Boolean).join(', ')}</p>
      </div>
    </div>
  );
}
