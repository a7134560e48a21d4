import { useId, useState, type ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { FieldNotes } from './field.tsx';
import './field.css';

export interface Draft {
  readonly text: string;
  /** Whether the text differs from the value. */
  readonly changed: boolean;
  setText(text: string): void;
  /** Back to the value. */
  reset(): void;
}

/**
 * What a person writes in place of `value`. It is kept until the value is the same, so that a refused change is not lost.
 * @param pending the value may still be put back: nothing is given up yet
 */
export function useDraft(value: string, pending = false): Draft {
  const [draft, setDraft] = useState<string | null>(null);
  // the value has caught up: from now on it is shown again, also when somebody else changes it
  if (draft !== null && draft === value && !pending) setDraft(null);
  const text = draft ?? value;
  return { text, changed: text !== value, setText: setDraft, reset: () => setDraft(null) };
}

interface DraftFieldProps extends Omit<
  ComponentProps<'input'>,
  'className' | 'onChange' | 'value' | 'id' | 'onBlur' | 'onKeyDown' | 'aria-invalid'
> {
  readonly value: string;
  /** What is wrong with a text, as a sentence. */
  readonly faultOf: (text: string) => string | undefined;
  /** The form in which a text without fault is taken; as it is, if not given. */
  readonly tidied?: (text: string) => string;
  /** A tidied text that differs from the value, without spaces around it. */
  readonly onCommit: (text: string) => void;
}

/**
 * A line of text that is taken with Enter or when the focus leaves it. A faulty one is not taken: it stays, and the fault stands
 * below it. Escape brings the value back. The label is given by the place where it stands.
 */
export function DraftField({ value, faultOf, tidied, onCommit, 'aria-describedby': describedBy, ...rest }: DraftFieldProps) {
  const { text, changed, setText, reset } = useDraft(value);
  const [judged, setJudged] = useState(false);
  const id = useId();
  const fault = judged && changed ? faultOf(text.trim()) : undefined;

  function commit(): void {
    setJudged(true);
    const written = text.trim();
    if (faultOf(written) !== undefined) return;
    const wanted = tidied?.(written) ?? written;
    setText(wanted);
    if (wanted !== value) onCommit(wanted);
  }

  return (
    <span className="draft-field">
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        className={classNames('field-input', fault !== undefined && 'field-input-faulty')}
        value={text}
        aria-invalid={fault !== undefined}
        aria-describedby={[describedBy, `${id}-notes`].filter(Boolean).join(' ')}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key !== 'Escape' || !changed) return;
          event.stopPropagation();
          event.preventDefault();
          reset();
        }}
      />
      <FieldNotes id={`${id}-notes`} fault={fault} />
    </span>
  );
}
