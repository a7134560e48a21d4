import { Copy, Phone, UserRound } from 'lucide-react';
import type { Person } from '#shared/people/person.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LineBadge } from '../../components/line-badge.tsx';
import { MessageDialog } from '../../components/message-dialog.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { lineText } from '../../i18n/line-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import { actionIcons } from './person-actions.ts';
import { usePerson } from './use-person.ts';
import '../../components/list.css';
import './people.css';

/** One person with all numbers. */
export function PersonDetail() {
  const { t } = useTexts();
  const chosen = useView((view) => view.person);
  const person = useAppState((app) => app.people.find(({ id }) => id === chosen));
  const inCall = useAppState((app) => app.calls.length > 0);
  if (person) return <Detail key={person.id} person={person} />;
  return inCall ? null : <EmptyState icon={UserRound} title={t('people.pickTitle')} text={t('people.pickText')} />;
}

function Detail({ person }: { readonly person: Person }) {
  const texts = useTexts();
  const { t, formats } = texts;
  const { copy, dial } = useCommands();
  const { line, callback, actions, writing, carryOut, stopWriting } = usePerson(person);
  const name = displayText(person.name);
  return (
    <article className="detail-page" aria-label={name}>
      <div className="detail-head">
        <Avatar name={person.name} size="huge" />
        <div>
          <h1 className="detail-title">
            <StrangerText text={person.name} />
          </h1>
          <p className="muted">
            <StrangerText text={person.note} />
          </p>
          <p className="person-state" role="status">
            <LineBadge activity={line?.activity ?? 'unknown'} />
            <span>{lineText(texts, line)}</span>
          </p>
        </div>
      </div>
      <div className="detail-actions">
        {actions.map((action, index) => (
          <Button
            key={action}
            icon={actionIcons[action]}
            kind={index > 0 ? 'plain' : action === 'pick-up' ? 'good' : 'primary'}
            onClick={() => carryOut(action)}
          >
            {t(`people.do.${action}`)}
          </Button>
        ))}
      </div>
      {callback?.state === 'waiting' && (
        <p className="muted">{t(`people.waitingBy.${callback.by}`, { name, time: formats.time(callback.since) })}</p>
      )}
      <section aria-label={t('people.numbers')}>
        <h2>{t('people.numbers')}</h2>
        <ul className="person-numbers">
          {person.numbers.map((number) => (
            <li key={number}>
              <span>
                <StrangerText text={number} />
              </span>
              <IconButton icon={Phone} label={t('people.callNumber', { number })} onClick={() => dial(number)} />
              <IconButton icon={Copy} label={t('actions.copyNumber')} onClick={() => copy(number, t('actions.copied'))} />
            </li>
          ))}
        </ul>
      </section>
      {writing && <MessageDialog name={name} target={person.numbers[0] ?? ''} onClose={stopWriting} />}
    </article>
  );
}
