import { BellRing, Ellipsis } from 'lucide-react';
import { displayText } from '#shared/people/display-text.ts';
import type { Person } from '#shared/people/person.ts';
import { Avatar } from '../../components/avatar.tsx';
import { IconButton } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { LineBadge } from '../../components/line-badge.tsx';
import { Menu } from '../../components/menu.tsx';
import { MessageDialog } from '../../components/message-dialog.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { lineText } from '../../i18n/line-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { actionIcons } from './person-actions.ts';
import { usePerson } from './use-person.ts';

interface PersonRowProps {
  readonly person: Person;
  readonly chosen: boolean;
  readonly tabIndex: 0 | -1;
  readonly onOpen: () => void;
}

/**
 * Somebody in the list with the state of the line. The first action and a menu with the others stand beside the row while the pointer
 * or the focus is on it, and for a line that rings always.
 */
export function PersonRow({ person, chosen, tabIndex, onOpen }: PersonRowProps) {
  const texts = useTexts();
  const { t } = texts;
  const { line, callback, actions, writing, carryOut, stopWriting } = usePerson(person);
  const name = displayText(person.name);
  const [first = 'call', ...others] = actions;
  const activity = line?.activity ?? 'unknown';
  const rings = activity === 'ringing';
  const known = activity !== 'unknown';
  return (
    <div className={classNames('person-row', rings && 'person-row-rings')}>
      <button
        type="button"
        data-row
        tabIndex={tabIndex}
        aria-current={chosen || undefined}
        className="list-row"
        onClick={onOpen}
        onDoubleClick={() => carryOut('call')}
      >
        <Avatar name={person.name} badge={<LineBadge activity={activity} />} />
        <span className="list-row-name one-line">
          <StrangerText text={person.name} />
        </span>
        <span className="list-row-sub">
          <span className={known ? `person-line person-line-${activity}` : 'visually-hidden'}>{lineText(texts, line)}</span>
          {callback?.state === 'waiting' && <BellRing size={13} aria-label={t('people.waiting')} />}
          <span className="one-line">{displayText(person.note)}</span>
        </span>
        <span className="list-row-time">{displayText(person.numbers[0] ?? '')}</span>
      </button>
      <div className="person-row-actions">
        <IconButton icon={actionIcons[first]} label={t(`people.doNamed.${first}`, { name })} onClick={() => carryOut(first)} />
        <Menu
          label={t('people.actions', { name })}
          items={others.map((action) => ({
            id: action,
            label: t(`people.do.${action}`),
            icon: actionIcons[action],
            onChoose: () => carryOut(action),
          }))}
          trigger={(props) => <IconButton {...props} icon={Ellipsis} label={t('people.actions', { name })} />}
        />
      </div>
      {writing && <MessageDialog name={name} target={person.numbers[0] ?? ''} onClose={stopWriting} />}
    </div>
  );
}
