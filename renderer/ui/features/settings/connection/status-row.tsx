import { RefreshCw } from 'lucide-react';
import type { ErrorCode } from '#shared/errors/app-error.ts';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { reachability, type Reachability } from '#shared/state/reachability.ts';
import { Button } from '../../../components/button.tsx';
import { CertificateCheck } from '../../../components/certificate-check.tsx';
import { ErrorCard } from '../../../components/error-card.tsx';
import { Facts } from '../../../components/facts.tsx';
import { FixButton } from '../../../components/fix-button.tsx';
import { Lamp } from '../../../components/lamp.tsx';
import { PathSign } from '../../../components/path-sign.tsx';
import { ProxyForm } from '../../../components/proxy-form.tsx';
import { ringsElsewhereText } from '../../../i18n/device-text.ts';
import { nextTryText, pathOf, reachabilityText } from '../../../i18n/reachability-text.ts';
import type { Texts } from '../../../i18n/text.ts';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { errorToMend, isTakenOver } from '../../../store/own-line.ts';
import { fixOf } from '../../../store/fixes.ts';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';
import { useNow } from '../../../store/use-now.ts';
import { SettingRow } from '../setting-row.tsx';
import { ReasonList } from './reason-list.tsx';
import './connection.css';

/** The lamp with its reasons, what to do about them, and by which way the line reaches its server. */
export function StatusRow() {
  const texts = useTexts();
  const { t } = texts;
  const now = useNow(30_000);
  const state = reachability(
    useAppState((app) => app),
    now,
  );
  const registration = useAppState((app) => app.registration);
  return (
    <SettingRow label={t('settings.connection.lamp')} hint={t('settings.connection.lampHint')} place="below">
      {(labels) => (
        <div className={`connection-card connection-card-${state.lamp}`} role="group" {...labels}>
          <Headline state={state} registration={registration} />
          <Remedy registration={registration} />
          <ReasonList reasons={state.reasons} />
          <RegistrationFacts registration={registration} />
        </div>
      )}
    </SettingRow>
  );
}

interface HeadlineProps {
  readonly state: Reachability;
  readonly registration: RegistrationStatus;
}

function Headline({ state, registration }: HeadlineProps) {
  const texts = useTexts();
  const { t } = texts;
  const user = useAppState((app) => app.session.account?.user ?? '');
  const now = useNow(1000, registration.phase === 'waiting');
  const path = pathOf(registration);
  const title = titleOf(texts, state, registration, user, now);
  const nextTry = nextTryText(texts, state, now);
  return (
    <div className="connection-head">
      <Lamp lamp={state.lamp} size={24} />
      <div className="connection-words">
        <p className="connection-title" role="status">
          {title}
        </p>
        {nextTry !== '' && <p className="muted">{nextTry}</p>}
        {path !== null && (
          <p className="connection-path">
            <PathSign path={path} />
            <span>
              <strong>{t(`path.${path}`)}</strong>, <span className="muted">{t(`path.${path}Hint`)}</span>
            </span>
          </p>
        )}
      </div>
    </div>
  );
}

/** Where calls ring, in one sentence. An error tells itself in the card below. */
function titleOf(texts: Texts, state: Reachability, registration: RegistrationStatus, user: string, now: number): string {
  const { t } = texts;
  if (state.lamp === 'green') return t('reachability.registered', { number: user });
  if (registration.phase === 'standing-by') return ringsElsewhereText(texts, registration.others);
  const lead = t(`reachability.${state.lamp}`);
  return errorToMend(registration) === null ? `${lead}: ${reachabilityText(texts, state, now)}` : lead;
}

/** What can be done just now so that calls ring here. */
function Remedy({ registration }: { readonly registration: RegistrationStatus }) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const proxyUser = useAppState((app) => app.settings.network.proxyUser);
  if (registration.phase === 'standing-by') {
    return (
      <div className="connection-actions">
        <Button kind="primary" onClick={() => void ask('session.ring-here', {})}>
          {t('device.ringHere')}
        </Button>
      </div>
    );
  }
  if (isTakenOver(registration)) {
    return (
      <div className="connection-actions">
        <Button kind="primary" onClick={() => void ask('session.take-over', {})}>
          {t('device.takeBack')}
        </Button>
      </div>
    );
  }
  const error = errorToMend(registration);
  if (error === null) return null;
  return (
    <ErrorCard
      report={error}
      fix={
        <>
          <CertificateCheck report={error} />
          {error.code === 'proxy-password-needed' && <ProxyForm known={proxyUser} />}
          {fixOf(error.code) === 'sign-in-again' ? <FixButton report={error} /> : !asksFirst.includes(error.code) && <RetryButton />}
        </>
      }
    />
  );
}

/** Errors whose question has to be answered before another try makes sense. */
const asksFirst: readonly ErrorCode[] = ['certificate-changed', 'proxy-password-needed'];

function RetryButton() {
  const { t } = useTexts();
  const { ask } = useCommands();
  return (
    <Button icon={RefreshCw} onClick={() => void ask('session.retry-now', {})}>
      {t('reachability.retryNow')}
    </Button>
  );
}

function RegistrationFacts({ registration }: { readonly registration: RegistrationStatus }) {
  const { t, formats } = useTexts();
  const now = useNow(60_000);
  if (registration.phase === 'signed-out') return null;
  const facts: (readonly [string, string])[] = [[t('reachability.server'), registration.server]];
  if (registration.phase === 'registered') {
    facts.push([t('reachability.registeredSince'), formats.moment(registration.since, now)]);
    facts.push([t('reachability.confirmed'), formats.moment(registration.confirmedAt, now)]);
    facts.push([t('reachability.renewed'), formats.moment(registration.expiresAt, now)]);
  }
  return <Facts facts={facts} />;
}
