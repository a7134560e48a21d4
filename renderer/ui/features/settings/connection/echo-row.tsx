import { readDial } from '#shared/calls/dial-plan.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { SettingText } from '../setting-text.tsx';

/** What the doctor may dial to hear itself. */
export function EchoRow() {
  const texts = useTexts();
  const { t } = texts;
  const { changeSettings } = useCommands();
  const echoNumber = useAppState((app) => app.settings.network.echoNumber);
  const dialling = useAppState((app) => app.settings.dialling);

  function faultOf(text: string): string | undefined {
    if (text === '') return undefined;
    const read = readDial(text, dialling);
    if (!read.ok) return texts.error(read.error).next;
    return read.kind === 'emergency' ? t('settings.connection.echoEmergency', { number: read.target }) : undefined;
  }

  return (
    <SettingText
      label={t('settings.connection.echo')}
      hint={t('settings.connection.echoHint')}
      value={echoNumber}
      faultOf={faultOf}
      onCommit={(number) => changeSettings({ network: { echoNumber: number } })}
    />
  );
}
