import { Plus, Trash2 } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import type { IceServerSetting } from '#shared/settings/settings.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { PasswordField, Switch, TextField } from '../../components/field.tsx';
import { useTexts } from '../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../store/ui-context.tsx';
import { faultOfServer, isRelay } from './ice-uri.ts';
import { SettingRow } from './setting-row.tsx';

/** The servers that help the sound find its way. */
export function NetworkSection() {
  const { t } = useTexts();
  const { changeSettings } = useCommands();
  const { servers, relayOnly } = useAppState((app) => app.settings.ice);
  return (
    <>
      <SettingRow label={t('settings.network.servers')} hint={t('settings.network.serversHint')} place="below">
        {(labels) => (
          <div className="setting-stack" role="group" {...labels}>
            <ServerList servers={servers} />
            <NewServer servers={servers} />
          </div>
        )}
      </SettingRow>
      <SettingRow label={t('settings.network.relayOnly')} hint={t('settings.network.relayOnlyHint')}>
        {(labels) => <Switch on={relayOnly} onValue={(on) => changeSettings({ ice: { relayOnly: on } })} {...labels} />}
      </SettingRow>
      {relayOnly && !servers.some(({ uri }) => isRelay(uri)) && (
        <p className="setting-warning" role="status">
          {t('settings.network.relayOnlyWithout')}
        </p>
      )}
    </>
  );
}

function ServerList({ servers }: { readonly servers: readonly IceServerSetting[] }) {
  const { t } = useTexts();
  const { ask, changeSettings, say } = useCommands();
  if (servers.length === 0) return <p className="muted">{t('settings.network.none')}</p>;

  function remove(server: IceServerSetting): void {
    changeSettings({ ice: { servers: servers.filter(({ id }) => id !== server.id) } });
    void ask('settings.set-ice-password', { id: server.id, password: '' });
    say(t('settings.network.removed', { server: server.uri }));
  }

  return (
    <ul className="server-list">
      {servers.map((server) => (
        <li key={server.id}>
          <span>
            <bdi>{server.uri}</bdi>
            {server.username !== '' && <span className="muted"> {server.username}</span>}
          </span>
          <IconButton icon={Trash2} label={t('settings.network.removeServer', { server: server.uri })} onClick={() => remove(server)} />
        </li>
      ))}
    </ul>
  );
}

const emptyDraft = { uri: '', username: '', password: '' };

function NewServer({ servers }: { readonly servers: readonly IceServerSetting[] }) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState(emptyDraft);
  const [tried, setTried] = useState(false);
  const uri = draft.uri.trim();
  const username = draft.username.trim();
  const fault = tried ? faultOfServer(servers, uri, username) : null;
  const faultText = fault === null ? undefined : t(`settings.network.${fault}`);

  function close(): void {
    setOpen(false);
    setDraft(emptyDraft);
    setTried(false);
  }

  async function add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (faultOfServer(servers, uri, username) !== null) return;
    const server = { id: crypto.randomUUID(), uri, username: isRelay(uri) ? username : '' };
    if (isRelay(uri) && (await ask('settings.set-ice-password', { id: server.id, password: draft.password })) === undefined) return;
    if ((await ask('settings.update', { ice: { servers: [...servers, server] } })) !== undefined) close();
  }

  if (!open) {
    return (
      <div>
        <Button icon={Plus} onClick={() => setOpen(true)}>
          {t('settings.network.add')}
        </Button>
      </div>
    );
  }
  return (
    <form className="server-form" onSubmit={(event) => void add(event)} noValidate>
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
            hint={t('settings.network.passwordHint')}
            showLabel={t('signIn.showPassword')}
            hideLabel={t('signIn.hidePassword')}
            value={draft.password}
            onValue={(value) => setDraft({ ...draft, password: value })}
          />
        </>
      )}
      <div className="form-actions">
        <Button kind="primary" type="submit">
          {t('actions.add')}
        </Button>
        <Button onClick={close}>{t('actions.cancel')}</Button>
      </div>
    </form>
  );
}
