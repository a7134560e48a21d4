import type { ErrorReport } from '#shared/errors/app-error.ts';
import type { TextKey } from '../i18n/text.ts';
import { useTexts } from '../i18n/texts-context.tsx';
import type { Commands } from '../store/commands.ts';
import { fixOf, type Fix } from '../store/fixes.ts';
import { useCommands } from '../store/ui-context.tsx';
import { Button } from './button.tsx';

const labels: Readonly<Record<Fix, TextKey>> = {
  retry: 'fixes.retry',
  'sign-in-again': 'fixes.signInAgain',
  'audio-settings': 'fixes.openAudio',
  'network-settings': 'fixes.openNetwork',
  'connection-settings': 'fixes.openConnection',
  'server-settings': 'fixes.openServer',
  'recording-settings': 'fixes.openRecording',
  'forwarding-settings': 'fixes.openForwarding',
  'notification-settings': 'fixes.openNotifications',
  'export-report': 'fixes.exportReport',
};

/** Offers what Commute can do about an error; nothing when it can do nothing. */
export function FixButton({ report }: { readonly report: ErrorReport }) {
  const fix = fixOf(report.code);
  return fix === undefined ? null : <FixVerb fix={fix} />;
}

export function FixVerb({ fix }: { readonly fix: Fix }) {
  const { t } = useTexts();
  const commands = useCommands();
  return <Button onClick={() => carryOut(fix, commands, (path) => t('settings.about.reportWritten', { path }))}>{t(labels[fix])}</Button>;
}

function carryOut(fix: Fix, commands: Commands, written: (path: string) => string): void {
  switch (fix) {
    case 'retry':
      void commands.ask('session.retry-now', {});
      break;
    case 'sign-in-again':
      void commands.ask('session.sign-in-again', {});
      break;
    case 'audio-settings':
      commands.openSettings('audio');
      break;
    case 'network-settings':
      commands.openSettings('network');
      break;
    case 'connection-settings':
      commands.openSettings('connection');
      break;
    case 'server-settings':
      commands.openSettings('server');
      break;
    case 'recording-settings':
      commands.openSettings('recording');
      break;
    case 'forwarding-settings':
      commands.openSettings('forwarding');
      break;
    case 'notification-settings':
      commands.openSettings('notifications');
      break;
    case 'export-report':
      void commands.ask('app.export-report', {}).then((report) => {
        if (report) commands.say(written(report.path));
      });
      break;
  }
}
