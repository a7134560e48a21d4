import { useState, type SubmitEvent } from 'react';
import type { IceServerSetting } from '#shared/settings/settings.ts';
import { Button } from '../../../components/button.tsx';
import { PasswordField, TextField } from '../../../components/field.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useCommands } from '../../../store/ui-context.tsx';
import { faultOfServer, isRelay } from './ice-uri.ts';

interface ServerFormProps {
  /** All servers of the settings. */
  readonly servers: readonly IceServerSetting[];
  /** The one that is changed; null for a new one. */
  readonly server: IceServerSetting | null;
  readonly onClose: () => void;
}

/** Address, and for a relay user and password. The password of a known server is never shown, and stays unless another is written. */
export function ServerForm({ servers, server, onClose }: ServerFormProps) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const [draft, setDraft] = useState({ uri: server?.uri ?? '', username: server?.username ?? '', password: '' });
  const [tried, setTried] = useState(false);
  const others = servers.filter(({ id }) => id !== server?.id);
  const uri = draft.uri.trim();
  const username = draft.username.trim();
  const fault = tried ? faultOfServer(others, uri, username) : null;
  const faultText = fault === null ? undefined : t(`settings.network.${fault}`);

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (faultOfServer(others, uri, username) !== null) return;
    const saved = { id: server?.id ?? crypto.randomUUID(), uri, username: isRelay(uri) ? username : '' };
    const password = passwordToStore(server, uri, draft.password);
    if (password !== null && (await ask('settings.set-ice-password', { id: saved.id, password })) === undefined) return;
    const next = server === null ? [...servers, saved] : servers.map((one) => (one.id === server.id ? saved : one));
    if ((await ask('settings.update', { ice: { servers: next } })) !== undefined) onClose();
  }

  return (
    <form
      className="server-form"
      aria-label={server === null ? t('settings.network.add') : t('settings.network.change', { server: server.uri })}
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
      noValidate
    >
      <TextField
        label={t('settings.network.uri')}
        hint={t('settings.network.uriHint')}
        fault={fault === 'userNeeded' ? undefined : faultText}
        value={draft.uri}
        onValue={(value) => setDraft({ ...draft, uri: value })}
        spellCheck={false}
        autoComplete="off"
        autoFocus
      />
      {isRelay(uri) && (
        <>
          <TextField
            label={t('settings.network.username')}
            fault={fault === 'userNeeded' ? faultText : undefined}
            value={draft.username}
            onValue={(value) => setDraft({ ...draft, username: value })}
            spellCheck={false}
            autoComplete="off"
          />
          <PasswordField
            label={t('settings.network.password')}
            hint={t(server !== null && isRelay(server.uri) ? 'settings.network.passwordKept' : 'settings.network.passwordHint')}
            showLabel={t('signIn.showPassword')}
            hideLabel={t('signIn.hidePassword')}
            value={draft.password}
            onValue={(value) => setDraft({ ...draft, password: value })}
          />
        </>
      )}
      <div className="form-actions">
        <Button kind="primary" type="submit">
          {t(server === null ? 'actions.add' : 'actions.save')}
        </Button>
        <Button onClick={onClose}>{t('actions.cancel')}</Button>
      </div>
    </form>
  );
}

/** What has to be stored; empty to forget what is stored, null to leave it. */
function passwordToStore(before: IceServerSetting | null, uri: string, written: string): string | null {
  const wasRelay = before !== null && isRelay(before.uri);
  if (!isRelay(uri)) return wasRelay ? '' : null;
  return written !== '' || !wasRelay ? written : null;
}
