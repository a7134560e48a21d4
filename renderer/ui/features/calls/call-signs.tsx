import { BellRing, CircleDot, EyeOff, MicOff, Siren, type LucideIcon } from 'lucide-react';
import type { CallView } from '#shared/calls/call.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { isOver } from '../../store/call-arrangement.ts';
import { useNow } from '../../store/use-now.ts';
import './call-signs.css';

/** What is true of a call beyond its state: recorded, taken by itself, number hidden, an emergency. */
export function CallSigns({ call, withMute = false }: { readonly call: CallView; readonly withMute?: boolean }) {
  const { t } = useTexts();
  const over = isOver(call);
  const signs = [
    call.emergency && (
      <Sign
        key="emergency"
        icon={Siren}
        tone="bad"
        text={t(`call.sign.${call.direction === 'incoming' ? 'emergencyCallBack' : 'emergency'}`)}
      />
    ),
    call.recordingSince !== null && !over && <RecordingSign key="recording" since={call.recordingSince} />,
    call.autoAnswered && !over && (
      <Sign
        key="auto"
        icon={BellRing}
        tone={call.muted ? 'plain' : 'warn'}
        text={t(call.muted ? 'call.sign.autoAnsweredMuted' : 'call.sign.autoAnsweredOpen')}
      />
    ),
    withMute && call.muted && !over && <Sign key="muted" icon={MicOff} tone="warn" text={t('call.sign.muted')} />,
    call.anonymous && !over && <Sign key="anonymous" icon={EyeOff} tone="plain" text={t('call.sign.anonymous')} />,
  ].filter((sign) => sign !== false);
  return signs.length === 0 ? null : <ul className="call-signs">{signs}</ul>;
}

interface SignProps {
  readonly icon: LucideIcon;
  readonly tone: 'plain' | 'warn' | 'bad';
  readonly text: string;
}

function Sign({ icon: Icon, tone, text }: SignProps) {
  return (
    <li className={`call-sign call-sign-${tone}`}>
      <Icon size={14} aria-hidden />
      {text}
    </li>
  );
}

function RecordingSign({ since }: { readonly since: number }) {
  const { t, formats } = useTexts();
  const now = useNow(500);
  return <Sign icon={CircleDot} tone="bad" text={t('call.sign.recording', { time: formats.clock(Math.max(0, now - since)) })} />;
}
