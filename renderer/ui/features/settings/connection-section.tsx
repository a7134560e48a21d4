import { RefreshCw } from 'lucide-react';
import type { RegistrationStatus } from '#shared/registration/registration.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCheck } from '../../components/certificate-check.tsx';
import { ErrorCard } from '../../components/error-card.tsx';
import { Facts } from '../../components/facts.tsx';
import { FixButton } from '../../components/fix-button.tsx';
import { Lamp } from '../../components/lamp.tsx';
import { nextTryText, reachabilityText } from '../../i18n/reachability-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { fixOf } from '../../store/fixes.ts';
import { reachability } from '../../store/reachability.ts';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';
import { SettingRow } from './setting-row.tsx';

/** Whether calls reach this computer, why not, and what to do. */
export function ConnectionSection() {
  const texts = useTexts();
  const { t } = texts;
  const { ask } = useCommands();
  const state = reachability(useAppState((app) => app));
  const user = useAppState((app) => app.session.account?.user ?? '');
  const registration = useAppState((app) => app.registration);
  const now = useNow(1000, registration.phase === 'waiting');
  const canRetry = registration.phase === 'waiting' || registration.phase === 'refused';
  const retry = (
    <Button icon={RefreshCw} onClick={() => void ask('session.retry-now', {})}>
      {t('reachability.retryNow')}
    </Button>
  );
  return (
    <>
      <SettingRow label={t('settings.connection.lamp')} hint={t('settings.connection.lampHint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="status" {...labels}>
            <p className="connection-state">
              <Lamp lamp={state.lamp} size={18} />
              <span>
                {state.lamp === 'green'
                  ? t('reachability.registered', { number: user })
                  : [`${t(`reachability.${state.lamp}`)}: ${reachabilityText(texts, state)}`, nextTryText(texts, state, now)]
                      .filter(Boolean)
                      .join('. ')}
              </span>
            </p>
            {state.lamp === 'red' && 'error' in state.reason ? (
              <ErrorCard
                report={state.reason.error}
                fix={
                  <>
                    <CertificateCheck report={state.reason.error} />
                    {fixOf(state.reason.error.code) === 'sign-in-again' ? <FixButton report={state.reason.error} /> : canRetry && retry}
                  </>
                }
              />
            ) : (
              canRetry && retry
            )}
          </div>
        )}
      </SettingRow>
      <SettingRow label={t('settings.connection.registration')} hint={t('settings.connection.registrationHint')} place="below">
        {() => <RegistrationFacts registration={registration} />}
      </SettingRow>
    </>
  );
}

function RegistrationFacts({ registration }: { readonly registration: RegistrationStatus }) {
  const { t, count, formats } = useTexts();
  if (registration.phase === 'signed-out') return <p>{t('reachability.signedOut')}</p>;
  const facts: (readonly [string, string])[] = [[t('reachability.server'), registration.server]];
  if (registration.phase === 'registered') {
    facts.push([t('reachability.state'), t('reachability.since', { time: formats.dateTime(registration.since) })]);
    facts.push(['', t('reachability.renewal', { time: formats.time(registration.expiresAt) })]);
    const others = registration.others.length;
    if (others > 0) facts.push(['', count('reachability.otherDevices', others)]);
  }
  return <Facts facts={facts} />;
}
