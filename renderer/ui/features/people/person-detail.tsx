import { Copy, Phone, UserRound } from 'lucide-react';
import type { Person } from '#shared/people/person.ts';
import { displayText } from '#shared/people/display-text.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useView } from '../../store/ui-context.tsx';
import '../../components/list.css';
import './person-detail.css';

/** One person with all numbers. */
export function PersonDetail() {
  const { t } = useTexts();
  const chosen = useView((view) => view.person);
  const person = useAppState((app) => app.people.find(({ id }) => id === chosen));
  const inCall = useAppState((app) => app.calls.length > 0);
  if (person) return <Detail person={person} />;
  return inCall ? null : <EmptyState icon={UserRound} title={t('people.pickTitle')} text={t('people.pickText')} />;
}

function Detail({ person }: { readonly person: Person }) {
  const { t } = useTexts();
  const { copy, dial } = useCommands();
  const [main] = person.numbers;
  return (
    <article className="detail-page" aria-label={displayText(person.name)}>
      <div className="detail-head">
        <Avatar name={person.name} size="huge" />
        <div>
          <h1 className="detail-title">
            <StrangerText text={person.name} />
          </h1>
          <p className="muted">
            <StrangerText text={person.note} />
          </p>
        </div>
      </div>
      {main !== undefined && (
        <div className="detail-actions">
          <Button kind="primary" icon={Phone} onClick={() => dial(main)}>
            {t('people.callNumber', { number: main })}
          </Button>
        </div>
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
    </article>
  );
}
