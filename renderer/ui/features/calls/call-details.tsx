import type { CallView } from '#shared/calls/call.ts';
import type { CandidatePair } from '#shared/media/media.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { repairNoteText } from '../../i18n/call-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import './call-details.css';

/** What an administrator asks for. */
export function CallDetails({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const facts = [
    [t('call.address'), displayText(call.remote.uri, 1024)],
    [t('call.direction'), t(call.direction === 'incoming' ? 'call.incoming' : 'call.outgoing')],
    [t('call.started'), formats.dateTime(call.startedAt)],
    [t('call.codec'), call.codec ?? '–'],
    [t('call.path.name'), call.pair === null ? '–' : t(`call.path.${pathOf(call.pair)}`, { protocol: call.pair.protocol.toUpperCase() })],
    [t('call.callId'), call.id],
  ] as const;
  return (
    <Dialog title={t('call.technical')} onClose={onClose}>
      <Facts facts={facts} />
      <section className="call-repairs" aria-label={t('call.repairs.title')}>
        <h3>{t('call.repairs.title')}</h3>
        {call.repairs.length === 0 ? (
          <p className="muted">{t('call.repairs.none')}</p>
        ) : (
          <ol>
            {call.repairs.map((note) => (
              <li key={`${note.at} ${note.step}`}>
                <time>{formats.exactTime(note.at)}</time>
                <span>{repairNoteText(texts, note)}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </Dialog>
  );
}

/** A relay on either side carries all of the sound; a reflexive address means that a router was passed. */
function pathOf({ local, remote }: CandidatePair): 'relayed' | 'through-router' | 'direct' {
  if (local === 'relay' || remote === 'relay') return 'relayed';
  return local === 'host' && remote === 'host' ? 'direct' : 'through-router';
}
