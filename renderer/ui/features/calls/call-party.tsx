import type { CallView } from '#shared/calls/call.ts';
import { displayText, partyName } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { callName } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';

/** Who the call is with, at which number, and who sent it here. */
export function CallParty({ call }: { readonly call: CallView }) {
  const texts = useTexts();
  const name = callName(texts, call);
  const number = displayText(call.remote.number);
  const by = call.redirectedBy === null ? '' : texts.t('call.redirectedBy', { name: partyName(call.redirectedBy) });
  return (
    <div className="call-party">
      <Avatar name={name} size="large" />
      <div className="call-party-text">
        <h2 className="call-party-name one-line" title={name}>
          <bdi>{name}</bdi>
        </h2>
        <p className="call-party-sub muted">{[number === name ? '' : number, by].filter(Boolean).join(', ')}</p>
      </div>
    </div>
  );
}
