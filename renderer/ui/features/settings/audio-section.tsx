import { Mic, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AudioDevice } from '#shared/media/media.ts';
import type { DeviceChoice } from '#shared/settings/settings.ts';
import { displayText } from '#shared/people/display-text.ts';
import { failureReport } from '../../bridge.ts';
import { Button } from '../../components/button.tsx';
import { Select, Switch, type Option } from '../../components/field.tsx';
import { Meter } from '../../components/meter.tsx';
import type { Texts } from '../../i18n/text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands, useUi } from '../../store/ui-context.tsx';
import { SettingRow, type RowLabels } from './setting-row.tsx';

const systemDefault = '';
/** Between two readings of the level. */
const meterPauseMs = 60;
/** From this level on the microphone hears somebody. */
const heardLevel = 0.02;

const processing = ['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const;

/** Microphone, speaker, ringer, and what is done to the sound. */
export function AudioSection() {
  const { t, formats } = useTexts();
  const { ask, changeSettings } = useCommands();
  const audio = useAppState((app) => app.settings.audio);
  const outputs = useAppState((app) => app.devices.outputs);
  const testSound = (output: 'speaker' | 'ringer') => (
    <Button
      icon={Play}
      aria-label={t(output === 'speaker' ? 'settings.audio.testSpeaker' : 'settings.audio.testRinger')}
      onClick={() => void ask('audio.test-sound', { output })}
    >
      {t('settings.audio.test')}
    </Button>
  );
  return (
    <>
      <MicrophoneRows />
      <SettingRow label={t('settings.audio.speaker')} hint={t('settings.audio.speakerHint')}>
        {(labels) => (
          <>
            <DeviceSelect
              devices={outputs}
              choice={audio.speaker}
              onChoice={(speaker) => changeSettings({ audio: { speaker } })}
              labels={labels}
            />
            {testSound('speaker')}
          </>
        )}
      </SettingRow>
      <SettingRow label={t('settings.audio.ringer')} hint={t('settings.audio.ringerHint')}>
        {(labels) => (
          <>
            <DeviceSelect
              devices={outputs}
              choice={audio.ringer}
              onChoice={(ringer) => changeSettings({ audio: { ringer } })}
              labels={labels}
            />
            {testSound('ringer')}
          </>
        )}
      </SettingRow>
      <SettingRow label={t('settings.audio.ringVolume')} hint={t('settings.audio.ringVolumeHint')}>
        {(labels) => (
          <>
            <input
              type="range"
              min={0}
              max={100}
              step={5}
              value={Math.round(audio.ringVolume * 100)}
              aria-valuetext={formats.percent(audio.ringVolume)}
              {...labels}
              onChange={(event) => changeSettings({ audio: { ringVolume: Number(event.target.value) / 100 } })}
            />
            <span>{formats.percent(audio.ringVolume)}</span>
          </>
        )}
      </SettingRow>
      {processing.map((name) => (
        <SettingRow key={name} label={t(`settings.audio.${name}`)} hint={t(`settings.audio.${name}Hint`)}>
          {(labels) => <Switch on={audio[name]} onValue={(on) => changeSettings({ audio: { [name]: on } })} {...labels} />}
        </SettingRow>
      ))}
    </>
  );
}

function MicrophoneRows() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const choice = useAppState((app) => app.settings.audio.microphone);
  const inputs = useAppState((app) => app.devices.inputs);
  const [testing, setTesting] = useState(false);
  const level = useMicrophoneLevel(testing, () => setTesting(false));
  return (
    <>
      <SettingRow label={t('settings.audio.microphone')} hint={t('settings.audio.microphoneHint')}>
        {(labels) => (
          <DeviceSelect
            devices={inputs}
            choice={choice}
            onChoice={(microphone) => changeSettings({ audio: { microphone } })}
            labels={labels}
          />
        )}
      </SettingRow>
      <SettingRow label={t('settings.audio.level')} hint={t('settings.audio.levelHint')}>
        {() => (
          <>
            {testing && (
              <Meter
                label={t('settings.audio.level')}
                level={level * 4}
                text={t(level > heardLevel ? 'settings.audio.levelHeard' : 'settings.audio.levelSilent')}
              />
            )}
            <Button icon={Mic} aria-pressed={testing} onClick={() => setTesting(!testing)}>
              {t(testing ? 'settings.audio.stopTest' : 'settings.audio.testMicrophone')}
            </Button>
          </>
        )}
      </SettingRow>
    </>
  );
}

/** Reads the level again and again while `running`; a failure is shown and reported through `onFailure`. */
function useMicrophoneLevel(running: boolean, onFailure: () => void): number {
  const { client, commands } = useUi();
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      try {
        const reading = await client.request('audio.microphone-level', {});
        if (!current) return;
        setLevel(reading.level);
        timer = setTimeout(() => void read(), meterPauseMs);
      } catch (error) {
        if (!current) return;
        commands.showFailure(failureReport(error));
        onFailure();
      }
    };
    void read();
    return () => {
      current = false;
      clearTimeout(timer);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new `onFailure` with every drawing must not open the microphone again
  }, [client, commands, running]);
  return running ? level : 0;
}

interface DeviceSelectProps {
  readonly devices: readonly AudioDevice[];
  readonly choice: DeviceChoice;
  readonly onChoice: (choice: DeviceChoice) => void;
  readonly labels: RowLabels;
}

function DeviceSelect({ devices, choice, onChoice, labels }: DeviceSelectProps) {
  const texts = useTexts();
  return (
    <Select
      options={deviceOptions(texts, devices, choice)}
      value={choice?.id ?? systemDefault}
      onValue={(id) => {
        const device = devices.find((candidate) => candidate.id === id);
        onChoice(device ? { id: device.id, label: device.label } : id === systemDefault ? null : choice);
      }}
      {...labels}
    />
  );
}

/** The system's default, every device, and the chosen one even while it is not connected. */
function deviceOptions({ t }: Texts, devices: readonly AudioDevice[], choice: DeviceChoice): Option<string>[] {
  const options = [
    { value: systemDefault, label: t('settings.audio.systemDefault') },
    ...devices.map(({ id, label }) => ({ value: id, label: displayText(label) })),
  ];
  if (choice !== null && !options.some(({ value }) => value === choice.id)) {
    options.push({ value: choice.id, label: t('settings.audio.missing', { device: choice.label }) });
  }
  return options;
}
