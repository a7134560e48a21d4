import { Lock } from 'lucide-react';
import { createContext, use, useId, type ReactNode } from 'react';
import { fold } from '#shared/people/search.ts';
import { classNames } from '../../components/class-names.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import type { SettingsSectionId } from '../../store/settings-sections.ts';

/** What the person searches for in the settings, and the section in which a row stands. */
const SearchContext = createContext<{ readonly query: string; readonly section: string }>({ query: '', section: '' });

/** Ids that tie a control to its words. */
export interface RowLabels {
  readonly 'aria-labelledby': string;
  readonly 'aria-describedby': string;
}

interface SettingRowProps {
  readonly label: string;
  /** One line that says what it does. */
  readonly hint: string;
  /** `below` for controls that need the whole width. */
  readonly place?: 'beside' | 'below';
  /** Who keeps it from being changed, as a sentence. */
  readonly locked?: string | undefined;
  readonly children: (labels: RowLabels) => ReactNode;
}

/** One setting with its words; hidden when a search does not match them. */
export function SettingRow({ label, hint, place = 'beside', locked, children }: SettingRowProps) {
  const { query, section } = use(SearchContext);
  const id = useId();
  if (!matches(query, [section, label, hint])) return null;
  return (
    <div className={classNames('setting-row', `setting-row-${place}`)}>
      <div className="setting-words">
        <p id={`${id}-label`} className="setting-label">
          {label}
        </p>
        <p id={`${id}-hint`} className="setting-hint">
          {hint}
        </p>
        {locked !== undefined && (
          <p className="setting-locked">
            <Lock size={13} aria-hidden />
            <span>{locked}</span>
          </p>
        )}
      </div>
      <div className="setting-control">{children({ 'aria-labelledby': `${id}-label`, 'aria-describedby': `${id}-hint` })}</div>
    </div>
  );
}

interface SettingsSectionProps {
  readonly id: SettingsSectionId;
  readonly query: string;
  readonly children: ReactNode;
}

/** A section under its heading; the style sheet hides it when none of its rows is left. */
export function SettingsSection({ id, query, children }: SettingsSectionProps) {
  const { t } = useTexts();
  const heading = useId();
  const title = t(`settings.${id}.title`);
  return (
    <section className="settings-section" aria-labelledby={heading}>
      <h1 id={heading} className="settings-heading">
        {title}
      </h1>
      <SearchContext value={{ query, section: title }}>{children}</SearchContext>
    </section>
  );
}

function matches(query: string, texts: readonly string[]): boolean {
  const all = fold(texts.join(' '));
  return fold(query)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
