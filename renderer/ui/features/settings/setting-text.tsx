import { DraftField } from '../../components/draft-field.tsx';
import { SettingRow } from './setting-row.tsx';

interface SettingTextProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly faultOf: (text: string) => string | undefined;
  readonly tidied?: (text: string) => string;
  readonly onCommit: (text: string) => void;
}

/** A setting that is written. */
export function SettingText({ label, hint, ...field }: SettingTextProps) {
  return (
    <SettingRow label={label} hint={hint}>
      {(labels) => <DraftField {...field} {...labels} />}
    </SettingRow>
  );
}
