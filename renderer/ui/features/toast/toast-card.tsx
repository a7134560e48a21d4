import { Phone, PhoneOff } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import type { ToastView } from '#shared/ipc/toast-contract.ts';
import { displayText, partyName } from '#shared/people/display-text.ts';
import { failureReport, type ToastClient } from '../../bridge.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Button } from '../../components/button.tsx';
import { callName } from '../../i18n/call-text.ts';
import { createTexts, type Texts } from '../../i18n/text.ts';
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
  return view?.call ? <ToastCard key={view.call.id} client={client} call={view.call} texts={texts} /> : null;
}

function ToastCard({ client, call, texts }: { readonly client: ToastClient; readonly call: CallView; readonly texts: Texts }) {
  const { t } = texts;
  const [failure, setFailure] = useState<string | null>(null);
  const name = callName(texts, call);
  const number = displayText(call.remote.number);
  const by = call.redirectedBy === null ? '' : t('call.redirectedBy', { name: partyName(call.redirectedBy) });

  const ask = (what: 'call.answer' | 'call.decline'): void => {
    client.request(what, { call: call.id }).catch((error: unknown) => setFailure(texts.error(failureReport(error)).title));
  };
  const openMain = (): void => {
    client.request('toast.open-main', {}).catch((error: unknown) => setFailure(texts.error(failureReport(error)).title));
  };

  useEffect(() => {
    // the window never takes the focus by itself, so keys arrive only after the person gave it
    const onKey = (event: KeyboardEvent): void => {
      const onButton = event.target instanceof HTMLButtonElement;
      if (event.repeat || (event.key !== 'Escape' && (event.key !== 'Enter' || onButton))) return;
      const what = event.key === 'Enter' ? 'call.answer' : 'call.decline';
      client.request(what, { call: call.id }).catch((error: unknown) => setFailure(texts.error(failureReport(error)).title));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [client, call.id, texts]);

  return (
    <main className="toast-card" role="alertdialog" aria-label={t('call.incomingCard', { name })}>
      <button type="button" className="toast-who" aria-label={t('actions.show')} onClick={openMain}>
        <Avatar name={name} size="large" />
        <span className="toast-words">
          <strong className="one-line">
            <bdi>{name}</bdi>
          </strong>
          <span className="one-line muted" role={failure === null ? undefined : 'alert'}>
            {failure ?? ([number === name ? '' : number, by].filter(Boolean).join(', ') || t('call.phase.ringing-in'))}
          </span>
        </span>
      </button>
      <div className="toast-verbs">
        <Button kind="good" icon={Phone} onClick={() => ask('call.answer')}>
          {t('call.answer')}
        </Button>
        <Button kind="danger-soft" icon={PhoneOff} onClick={() => ask('call.decline')}>
          {t('call.decline')}
        </Button>
      </div>
    </main>
  );
}
