import { Users } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { RovingList, rowTabIndex } from '../../components/roving-list.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useUi, useView } from '../../store/ui-context.tsx';
import { groupByLetter } from './letter-groups.ts';
import { PersonRow } from './person-row.tsx';
import '../../components/list.css';
import './people.css';

/** Everybody, by the alphabet of the language. */
export function PeopleList() {
  const { t, count, formats } = useTexts();
  const { view, commands } = useUi();
  const people = useAppState((app) => app.people);
  const chosen = useView((now) => now.person);
  const groups = useMemo(() => groupByLetter(people, formats.compare), [people, formats]);
  const ids = useMemo(() => groups.flatMap((group) => group.people.map((person) => person.id)), [groups]);

  if (people.length === 0) {
    const action = (
      <Button kind="primary" onClick={() => commands.focusSearch()}>
        {t('people.emptyAction')}
      </Button>
    );
    return (
      <div className="list-body">
        <h1 className="visually-hidden">{t('people.title')}</h1>
        <EmptyState icon={Users} title={t('people.emptyTitle')} text={t('people.emptyText')} action={action} />
      </div>
    );
  }
  return (
    <div className="list-column">
      <div className="list-head">
        <h1 className="visually-hidden">{t('people.title')}</h1>
        <p className="muted">{count('people.count', people.length)}</p>
      </div>
      <div className="list-body">
        <RovingList label={t('people.title')}>
          {groups.map((group) => (
            <section key={group.letter} aria-label={group.letter}>
              <h2 className="list-group">{group.letter}</h2>
              <ul>
                {group.people.map((person) => (
                  <li key={person.id}>
                    <PersonRow
                      person={person}
                      chosen={person.id === chosen}
                      tabIndex={rowTabIndex(person.id, chosen, ids)}
                      onOpen={() => view.setState({ person: person.id })}
                    />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </RovingList>
      </div>
    </div>
  );
}
