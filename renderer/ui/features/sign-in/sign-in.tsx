import { Building2 } from 'lucide-react';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { CertificateCheck } from '../../components/certificate-check.tsx';
import { ErrorCard } from '../../components/error-card.tsx';
import { PasswordField, Select, TextField } from '../../components/field.tsx';
import { Progress } from '../../components/meter.tsx';
import { ProxyForm } from '../../components/proxy-form.tsx';
import type { TextKey } from '../../i18n/text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { draftOf, readDraft, type SignInDraft, type SignInFault } from './sign-in-form.ts';
import './sign-in.css';

/** The first page: the practice office, or an account. What was typed stays while an attempt runs and after it failed. */
export function SignIn() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const stage = useAppState((app) => app.session.stage);
  const error = useAppState((app) => app.session.error);
  const account = useAppState((app) => app.session.account ?? app.settings.account);
  const [draft, setDraft] = useState(() => draftOf(account));
  const [tried, setTried] = useState(false);
  const busy = stage === 'signing-in';
  const read = readDraft(draft, account?.servers ?? []);
  const faults = tried && 'faults' in read ? read.faults : {};
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (error?.code === 'wrong-password') form.current?.querySelector<HTMLInputElement>('[name=password]')?.focus();
  }, [error]);

  function change(part: Partial<SignInDraft>): void {
    setDraft((old) => ({ ...old, ...part }));
  }

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if ('request' in read) await ask('session.sign-in', read.request);
    else form.current?.querySelector<HTMLInputElement>(`[name=${Object.keys(read.faults)[0] ?? 'user'}]`)?.focus();
  }

  const faultText = (fault: SignInFault | undefined) => (fault === undefined ? undefined : t(`signIn.${fault}`));
  const text = (name: 'user' | 'server' | 'secondServer' | 'authUser' | 'domain' | 'displayName', hint?: TextKey) => (
    <TextField
      name={name}
      label={t(`signIn.${name}`)}
      hint={hint && t(hint)}
      fault={name === 'user' || name === 'server' || name === 'secondServer' ? faultText(faults[name]) : undefined}
      value={draft[name]}
      onValue={(value) => change({ [name]: value })}
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
    />
  );

  return (
    <main className="sign-in" data-region="sign-in">
      <div className="sign-in-card">
        <header>
          <h1 className="sign-in-title">{t('app.name')}</h1>
          <p className="muted">{t('signIn.lead')}</p>
        </header>
        {busy && <SigningIn />}
        {!busy && error !== null && (
          <div role="alert">
            <ErrorCard
              report={error}
              fix={<SignInFix onPracticeOffice={() => void ask('session.sign-in-practice-office', { user: null })} />}
            />
          </div>
        )}
        <fieldset className="sign-in-fields" disabled={busy}>
          <button type="button" className="practice-office" onClick={() => void ask('session.sign-in-practice-office', { user: null })}>
            <Building2 size={22} aria-hidden />
            <span>
              <strong>{t('signIn.practiceOffice')}</strong>
              <span>{t('signIn.practiceOfficeHint')}</span>
            </span>
          </button>
          <p className="sign-in-or">{t('signIn.or')}</p>
          <form ref={form} className="sign-in-form" onSubmit={(event) => void submit(event)} noValidate>
            {text('user')}
            <PasswordField
              name="password"
              label={t('signIn.password')}
              fault={faultText(faults.password)}
              value={draft.password}
              onValue={(password) => change({ password })}
              showLabel={t('signIn.showPassword')}
              hideLabel={t('signIn.hidePassword')}
            />
            {text('server', 'signIn.serverHint')}
            {text('secondServer', 'signIn.secondServerHint')}
            <Remember on={draft.remember} onValue={(remember) => change({ remember })} />
            <details className="sign-in-more">
              <summary>{t('signIn.more')}</summary>
              <div className="sign-in-form">
                {text('authUser', 'signIn.authUserHint')}
                {text('domain', 'signIn.domainHint')}
                {text('displayName', 'signIn.displayNameHint')}
                <Transport value={draft.transport} onValue={(transport) => change({ transport })} />
                <p className="field-hint">{t('signIn.ice')}</p>
              </div>
            </details>
            <Button kind="primary" size="large" type="submit">
              {t('signIn.submit')}
            </Button>
          </form>
        </fieldset>
      </div>
    </main>
  );
}

/** What is under way, and the way out of it. */
function SigningIn() {
  const { t } = useTexts();
  const { ask } = useCommands();
  const registration = useAppState((app) => app.registration);
  const practice = useAppState((app) => app.session.account?.kind === 'practice-office');
  const server = 'server' in registration ? registration.server : '';
  const text = practice ? t('signIn.signingInPracticeOffice') : server === '' ? t('signIn.signingIn') : t('signIn.signingInTo', { server });
  return (
    <div className="signing-in">
      <Progress text={text} />
      <Button onClick={() => void ask('session.cancel-sign-in', {})}>{t('actions.cancel')}</Button>
    </div>
  );
}

function SignInFix({ onPracticeOffice }: { readonly onPracticeOffice: () => void }) {
  const { t } = useTexts();
  const error = useAppState((app) => app.session.error);
  const proxyUser = useAppState((app) => app.settings.network.proxyUser);
  if (error === null) return null;
  if (error.code === 'proxy-password-needed') return <ProxyForm known={proxyUser} />;
  if (error.code === 'practice-office-failed') return <Button onClick={onPracticeOffice}>{t('signIn.tryAgain')}</Button>;
  return <CertificateCheck report={error} />;
}

function Remember({ on, onValue }: { readonly on: boolean; readonly onValue: (on: boolean) => void }) {
  const { t } = useTexts();
  const kept = useAppState((app) => app.app.passwordKept);
  return (
    <label className="sign-in-remember">
      <input type="checkbox" checked={on} onChange={(event) => onValue(event.target.checked)} />
      <span>
        {t('signIn.remember')}
        <span className="field-hint">{t(kept ? 'signIn.rememberHint' : 'signIn.notKept')}</span>
      </span>
    </label>
  );
}

function Transport({
  value,
  onValue,
}: {
  readonly value: SignInDraft['transport'];
  readonly onValue: (value: SignInDraft['transport']) => void;
}) {
  const { t } = useTexts();
  const options = [
    { value: 'wss' as const, label: t('signIn.transportSecure') },
    { value: 'ws' as const, label: t('signIn.transportPlain') },
  ];
  return (
    <div className="field">
      <span id="sign-in-transport" className="sign-in-label">
        {t('signIn.transport')}
      </span>
      <Select
        options={options}
        value={value}
        onValue={onValue}
        aria-labelledby="sign-in-transport"
        aria-describedby="sign-in-transport-hint"
      />
      <p id="sign-in-transport-hint" className="field-hint field-notes">
        {t('signIn.transportHint')}
      </p>
    </div>
  );
}
