import { Plus, Trash2, X } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { Button, IconButton } from './button.tsx';
import { TextField } from './field.tsx';
import { StrangerText } from './stranger-text.tsx';
import './text-list.css';

interface TextListProps {
  readonly items: readonly string[];
  /** Label of the field for the next one. */
  readonly fieldLabel: string;
  readonly addLabel: string;
  readonly removeLabelOf: (item: string) => string;
  /** What is wrong with a new item, as a sentence. */
  readonly faultOf: (text: string) => string | undefined;
  readonly onAdd: (text: string) => void;
  readonly onRemove: (item: string) => void;
  /** `chips` for short ones, side by side. */
  readonly form?: 'rows' | 'chips';
  /** What stands in place of a list without items. */
  readonly empty: string;
}

/** A short list of texts to add to and to remove from. */
export function TextList({ items, fieldLabel, addLabel, removeLabelOf, faultOf, onAdd, onRemove, form = 'rows', empty }: TextListProps) {
  const [text, setText] = useState('');
  const [judged, setJudged] = useState(false);
  const wanted = text.trim();
  const fault = judged && wanted !== '' ? faultOf(wanted) : undefined;

  function add(event: SubmitEvent): void {
    event.preventDefault();
    setJudged(true);
    if (wanted === '' || faultOf(wanted) !== undefined) return;
    onAdd(wanted);
    setText('');
    setJudged(false);
  }

  return (
    <div className="text-list">
      {items.length === 0 ? (
        <p className="muted">{empty}</p>
      ) : (
        <ul className={`text-list-${form}`}>
          {items.map((item) => (
            <li key={item}>
              <StrangerText text={item} />
              <IconButton icon={form === 'chips' ? X : Trash2} label={removeLabelOf(item)} onClick={() => onRemove(item)} />
            </li>
          ))}
        </ul>
      )}
      <form className="text-list-form" onSubmit={add} noValidate>
        <TextField label={fieldLabel} value={text} onValue={setText} fault={fault} autoComplete="off" spellCheck={false} maxLength={256} />
        <Button icon={Plus} type="submit">
          {addLabel}
        </Button>
      </form>
    </div>
  );
}
