import type { LineState } from '#shared/people/line-state.ts';
import { partyName } from '#shared/people/display-text.ts';
import type { Texts } from './text.ts';

/** What somebody's line does, in words. */
export function lineText({ t }: Texts, line: LineState | undefined): string {
  if (line === undefined) return t('line.unknown');
  const name = line.remote === null ? '' : partyName(line.remote);
  if (name === '') return t(`line.${line.activity}`);
  switch (line.activity) {
    case 'ringing':
      return t('line.ringingWith', { name });
    case 'busy':
      return t('line.busyWith', { name });
    case 'idle':
    case 'unknown':
      return t(`line.${line.activity}`);
  }
}
