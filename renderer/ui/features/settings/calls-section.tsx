import { readDial } from '#shared/calls/dial-plan.ts';
import type { CallSettings } from '#shared/settings/call-settings.ts';
import { Select, Switch } from '../../components/field.tsx';
import { TextList } from '../../components/text-list.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { SettingRow } from './setting-row.tsx';

const mostAllowed = 100;
const mostReplies = 8;

/** What happens with calls that come in. */
export function CallsSection() {
  const { t, error } = useTexts();
  const { changeSettings } = useCommands();
  const { callWaiting, autoAnswer, replies } = useAppState((app) => app.settings.calls);
  const dialling = useAppState((app) => app.settings.dialling);
  const change = (calls: Partial<CallSettings>): void => changeSettings({ calls });
  const changeAutoAnswer = (changes: Partial<CallSettings['autoAnswer']>): void => change({ autoAnswer: { ...autoAnswer, ...changes } });

  function faultOfCaller(number: string): string | undefined {
    if (autoAnswer.allowed.includes(number)) return t('settings.calls.duplicate');
    if (autoAnswer.allowed.length >= mostAllowed) return t('settings.calls.full');
    const read = readDial(number, dialling);
    return read.ok ? undefined : error(read.error).next;
  }

  function faultOfReply(text: string): string | undefined {
    if (replies.includes(text)) return t('settings.calls.duplicate');
    return replies.length >= mostReplies ? t('settings.calls.full') : undefined;
  }

  return (
    <>
      <SettingRow label={t('settings.calls.waiting')} hint={t('settings.calls.waitingHint')}>
        {(labels) => <Switch on={callWaiting} onValue={(on) => change({ callWaiting: on })} {...labels} />}
      </SettingRow>
      <SettingRow label={t('settings.calls.autoAnswer')} hint={t('settings.calls.autoAnswerHint')}>
        {(labels) => <Switch on={autoAnswer.on} onValue={(on) => changeAutoAnswer({ on })} {...labels} />}
      </SettingRow>
      <SettingRow label={t('settings.calls.allowed')} hint={t('settings.calls.allowedHint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="group" {...labels}>
            <TextList
              items={autoAnswer.allowed}
              fieldLabel={t('settings.calls.newAllowed')}
              addLabel={t('actions.add')}
              removeLabelOf={(number) => t('settings.dialling.removeNumber', { number })}
              faultOf={faultOfCaller}
              onAdd={(number) => changeAutoAnswer({ allowed: [...autoAnswer.allowed, number] })}
              onRemove={(number) => changeAutoAnswer({ allowed: autoAnswer.allowed.filter((one) => one !== number) })}
              form="chips"
              empty={t('settings.calls.allowedNone')}
            />
          </div>
        )}
      </SettingRow>
      <SettingRow label={t('settings.calls.microphone')} hint={t('settings.calls.microphoneHint')}>
        {(labels) => (
          <Select
            options={(['muted', 'open'] as const).map((value) => ({ value, label: t(`settings.calls.microphones.${value}`) }))}
            value={autoAnswer.microphone}
            onValue={(microphone) => changeAutoAnswer({ microphone })}
            {...labels}
          />
        )}
      </SettingRow>
      <SettingRow label={t('settings.calls.replies')} hint={t('settings.calls.repliesHint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="group" {...labels}>
            <TextList
              items={replies}
              fieldLabel={t('settings.calls.newReply')}
              addLabel={t('actions.add')}
              removeLabelOf={(text) => t('settings.calls.removeReply', { text })}
              faultOf={faultOfReply}
              onAdd={(text) => change({ replies: [...replies, text] })}
              onRemove={(text) => change({ replies: replies.filter((one) => one !== text) })}
              empty={t('settings.calls.repliesNone')}
            />
          </div>
        )}
      </SettingRow>
    </>
  );
}
