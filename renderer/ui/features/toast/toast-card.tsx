import { ArrowRightToLine, MessageSquareReply, Phone, PhoneOff } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import type { ToastView } from '#shared/ipc/toast-contract.ts';
import { failureReport, type ToastClient } from '../../bridge.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { callName, callOrigin } from '../../i18n/call-text.ts';
import { createTexts, type Texts } from '../../i18n/text.ts';
import { ReplyChoice } from './reply-choice.tsx';
import './toast-card.css';

/** The page of the always-on-top card: shows the ringing call that main names. */
export function ToastPage({ client }: { readonly client: ToastClient }) {
  const [view, setView] = useState<ToastView | null>(null);
  useEffect(() => {
    let current = true;
    const show = (next: ToastView): void => {
      if (current) setView(next);
    };
    const unsubscribe = client.on('toast.view', show);
    // an event that came first is newer than the answer
    client.request('toast.get', {}).then(
      (next) => setView((old) => (current && old === null ? next : old)),
      () => undefined,
    );
    return () => {
      current = false;
      unsubscribe();
    };
  }, [client]);

  const language = view?.language ?? 'en';
  const texts = useMemo(() => createTexts(language), [language]);
  useEffect(() => {
    if (view === null) return;
    document.documentElement.lang = view.language;
    document.documentElement.dataset['theme'] = view.theme;
  }, [view]);
  return view?.call ? <ToastCard key={view.call.id} client={client} call={view.call} replies={view.replies} texts={texts} /> : null;
}

interface ToastCardProps {
  readonly client: ToastClient;
  readonly call: CallView;
  readonly replies: readonly string[];
  readonly texts: Texts;
}

function ToastCard({ client, call, replies, texts }: ToastCardProps) {
  const { t } = texts;
  const [failure, setFailure] = useState<string | null>(null);
  const [replying, setReplying] = useState(false);
  const name = callName(texts, call);

  const fail = useCallback((error: unknown) => setFailure(texts.error(failureReport(error)).title), [texts]);
  const answer = useCallback(() => void client.request('call.answer', { call: call.id }).catch(fail), [client, call.id, fail]);
  const decline = useCallback(() => void client.request('call.decline', { call: call.id }).catch(fail), [client, call.id, fail]);
  const sendTo = (): void => void client.request('toast.send-to', { call: call.id }).catch(fail);
  const reply = (text: string): void => {
    setReplying(false);
    client.request('call.reply', { call: call.id, text }).catch(fail);
  };

  useEffect(() => {
    // the window never takes the focus by itself, so keys arrive only after the person gave it
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat) return;
      if (event.key === 'Escape') {
        if (replying) setReplying(false);
        else decline();
      } else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) {
        answer();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [answer, decline, replying]);

  if (replying) return <ReplyChoice name={name} replies={replies} texts={texts} onReply={reply} onBack={() => setReplying(false)} />;
  const sign = call.emergency ? t('call.sign.emergencyCallBack') : '';
  return (
    <main
      className={classNames('toast-card', call.emergency && 'toast-card-emergency')}
      role="alertdialog"
      aria-label={t('call.incomingCard', { name })}
    >
      <button
        type="button"
        className="toast-who"
        aria-label={t('actions.show')}
        onClick={() => void client.request('toast.open-main', {}).catch(fail)}
      >
        <Avatar name={name} size="large" />
        <span className="toast-words">
          <strong className="one-line">
            <bdi>{name}</bdi>
          </strong>
          <span className="one-line muted" role={failure === null ? undefined : 'alert'}>
            {failure ?? ([sign, ...callOrigin(texts, call)].filter(Boolean).join(', ') || t('call.phase.ringing-in'))}
          </span>
        </span>
      </button>
      <div className="toast-verbs">
        <Button kind="good" icon={Phone} onClick={answer}>
          {t('call.answer')}
        </Button>
        <Button kind="danger-soft" icon={PhoneOff} onClick={decline}>
          {t('call.decline')}
        </Button>
        <IconButton icon={ArrowRightToLine} label={t('call.sendTo')} onClick={sendTo} />
        <IconButton icon={MessageSquareReply} label={t('call.replyByMessage')} onClick={() => setReplying(true)} />
      </div>
    </main>
  );
}
