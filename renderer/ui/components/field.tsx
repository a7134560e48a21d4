import { Eye, EyeOff } from 'lucide-react';
import { useId, useState, type ComponentProps } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import './field.css';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'className' | 'onChange' | 'value' | 'id'> {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  /** What is wrong with the value, as a sentence. */
  readonly fault?: string | undefined;
}

/** A labelled line of text with its hint and its fault. */
export function TextField({ label, value, onValue, hint, fault, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className={classNames('field-input', fault !== undefined && 'field-input-faulty')}
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-notes`}
        onChange={(event) => onValue(event.target.value)}
      />
      <FieldNotes id={`${id}-notes`} hint={hint} fault={fault} />
    </div>
  );
}

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'className' | 'onChange' | 'value' | 'id'> {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A labelled text of several lines. */
export function TextArea({ label, value, onValue, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea {...rest} id={id} className="field-input field-area" value={value} onChange={(event) => onValue(event.target.value)} />
    </div>
  );
}

interface PasswordFieldProps extends Omit<TextFieldProps, 'type'> {
  readonly showLabel: string;
  readonly hideLabel: string;
}

/** A password; can be looked at. */
export function PasswordField({ label, value, onValue, hint, fault, showLabel, hideLabel, ...rest }: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="field-with-button">
        <input
          {...rest}
          id={id}
          type={shown ? 'text' : 'password'}
          className={classNames('field-input', fault !== undefined && 'field-input-faulty')}
          value={value}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-notes`}
          onChange={(event) => onValue(event.target.value)}
        />
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? hideLabel : showLabel}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      </span>
      <FieldNotes id={`${id}-notes`} hint={hint} fault={fault} />
    </div>
  );
}

interface FieldNotesProps {
  readonly id: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

/** What there is to know about a field: its fault, else its hint. */
export function FieldNotes({ id, hint, fault }: FieldNotesProps) {
  return (
    <div id={id} className="field-notes">
      {fault !== undefined && <p className="field-fault">{fault}</p>}
      {hint !== undefined && fault === undefined && <p className="field-hint">{hint}</p>}
    </div>
  );
}

export interface Option<V extends string> {
  readonly value: V;
  readonly label: string;
}

export interface OptionGroup<V extends string> {
  readonly label: string;
  readonly options: readonly Option<V>[];
}

interface SelectProps<V extends string> extends Omit<ComponentProps<'select'>, 'className' | 'onChange' | 'value'> {
  readonly options: readonly Option<V>[];
  /** More options below those, under headings. */
  readonly groups?: readonly OptionGroup<V>[];
  readonly value: V;
  readonly onValue: (value: V) => void;
}

/** One of a few; the label is given by the place where it stands. */
export function Select<V extends string>({ options, groups = [], value, onValue, ...rest }: SelectProps<V>) {
  const all = [...options, ...groups.flatMap((group) => group.options)];
  return (
    <select
      {...rest}
      className="field-input select"
      value={value}
      onChange={(event) => {
        const chosen = all.find((option) => option.value === event.target.value);
        if (chosen) onValue(chosen.value);
      }}
    >
      <Options options={options} />
      {groups.map((group) => (
        <optgroup key={group.label} label={group.label}>
          <Options options={group.options} />
        </optgroup>
      ))}
    </select>
  );
}

function Options({ options }: { readonly options: readonly Option<string>[] }) {
  return options.map((option) => (
    <option key={option.value} value={option.value}>
      {option.label}
    </option>
  ));
}

interface SwitchProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'onClick' | 'role' | 'type'> {
  readonly on: boolean;
  readonly onValue: (on: boolean) => void;
}

/** On or off, at once; the label is given by the place where it stands. */
export function Switch({ on, onValue, ...rest }: SwitchProps) {
  return (
    <button {...rest} type="button" role="switch" aria-checked={on} className="switch" onClick={() => onValue(!on)}>
      <span className="switch-thumb" />
    </button>
  );
}
