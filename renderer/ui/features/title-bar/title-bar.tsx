import type { ReactNode } from 'react';
import { displayText } from '#shared/people/display-text.ts';
import { reachability, type ReachabilityReason } from '#shared/state/reachability.ts';
import { Avatar } from '../../components/avatar.tsx';
import { Lamp } from '../../components/lamp.tsx';
import { PathSign } from '../../components/path-sign.tsx';
import { StrangerText } from '../../components/stranger-text.tsx';
import { nextTryText, pathOf, reasonText, reachabilityText } from '../../i18n/reachability-text.ts';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { useNow } from '../../store/use-now.ts';
import './title-bar.css';

interface TitleBarProps {
  /** The field in the middle. */
  readonly children: ReactNode;
  /** My availability, beside the lamp. */
  readonly availability: ReactNode;
}

/** Who I am and whether calls reach me. */
export function TitleBar({ children, availability }: TitleBarProps) {
  const { t } = useTexts();
  return (
    <header className="title-bar" data-region="title" aria-label={t('regions.title')}>
      <span className="title-bar-logo">{t('app.name')}</span>
      <div className="title-bar-field">{children}</div>
      <ReachabilityLamp />
      {availability}
      <Me />
    </header>
  );
}

function ReachabilityLamp() {
  const texts = useTexts();
  const { openSettings } = useCommands();
  const app = useAppState((whole) => whole);
  const path = pathOf(app.registration);
  const now = useNow(app.registration.phase === 'waiting' ? 1000 : 30_000);
  const state = reachability(app, now);
  const unsaid = state.reasons.find((each) => !isSaidBeside(each));
  const text = unsaid === undefined ? reachabilityText(texts, state, now) : reasonText(texts, unsaid, now);
  const nextTry = nextTryText(texts, state, now);
  const lead = texts.t(`reachability.${state.lamp}`);
  const way = path === null ? '' : texts.t(`path.${path}`);
  const reasons = state.reasons.map((each) => reasonText(texts, each, now)).join('. ');
  const reason = state.lamp === 'green' ? [text, way].filter(Boolean).join(', ') : `${lead}: ${reasons}`;
  const whole = [reason, state.lamp === 'green' || way === '' ? '' : `${texts.t('path.name')}: ${way}`, nextTry].filter(Boolean).join('. ');
  const isSaid = state.lamp === 'amber' && unsaid === undefined;
  return (
    <button
      type="button"
      className={`title-bar-lamp title-bar-lamp-${state.lamp}`}
      aria-label={texts.t('reachability.open', { text: whole })}
      title={whole}
      onClick={() => openSettings('connection')}
    >
      <Lamp lamp={state.lamp} />
      {path !== null && <PathSign path={path} />}
      {!isSaid && (
        <span className="title-bar-lamp-words">
          <span className="one-line">
            {state.lamp === 'green' && way !== '' ? (
              <>
                <span className="title-bar-lamp-state">{text}, </span>
                {way}
              </>
            ) : (
              text
            )}
          </span>
          {nextTry !== '' && <span className="one-line">{nextTry}</span>}
        </span>
      )}
    </button>
  );
}

/** My availability says it in words right beside the lamp. */
function isSaidBeside({ kind }: ReachabilityReason): boolean {
  return kind === 'do-not-disturb' || kind === 'forwarded';
}

function Me() {
  const { t } = useTexts();
  const { openSettings } = useCommands();
  const account = useAppState((app) => app.session.account);
  if (account === null) return null;
  const name = displayText(account.displayName) || account.user;
  return (
    <button type="button" className="title-bar-me" title={t('settings.account.title')} onClick={() => openSettings('account')}>
      <span className="title-bar-me-text">
        <span className="title-bar-me-name one-line">
          <StrangerText text={name} />
        </span>
        {name !== account.user && <span className="one-line muted">{account.user}</span>}
      </span>
      <Avatar name={name} size="small" />
    </button>
  );
}
