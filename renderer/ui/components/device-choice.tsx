import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands } from '../store/ui-context.tsx';
import { Button } from './button.tsx';

/** Where calls shall ring when the number is signed in at several devices. None of the three is the default. */
export function DeviceChoice({ mayKeep = true }: { readonly mayKeep?: boolean }) {
  const { t } = useTexts();
  const { ask } = useCommands();
  return (
    <>
      <Button title={t('device.takeOverHint')} onClick={() => void ask('session.take-over', {})}>
        {t('device.takeOver')}
      </Button>
      {mayKeep && (
        <Button title={t('device.keepBothHint')} onClick={() => void ask('session.keep-both', {})}>
          {t('device.keepBoth')}
        </Button>
      )}
      <Button title={t('device.standByHint')} onClick={() => void ask('session.stand-by', {})}>
        {t('device.standBy')}
      </Button>
    </>
  );
}
