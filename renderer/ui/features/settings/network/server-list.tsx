import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import type { IceServerSetting } from '#shared/settings/settings.ts';
import { Button } from '../../../components/button.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useCommands, useUi } from '../../../store/ui-context.tsx';
import { ServerForm } from './server-form.tsx';
import { ServerRow } from './server-row.tsx';

/** STUN and TURN servers in their order: added, changed, tried one by one, and taken out with a way back. */
export function ServerList({ servers }: { readonly servers: readonly IceServerSetting[] }) {
  const { t } = useTexts();
  const { ask, changeSettings, say } = useCommands();
  const { replica } = useUi();
  /** The server whose form is open: an id, `new`, or none. */
  const [open, setOpen] = useState<string | null>(null);
  /** The form that was closed last: the button that opens it gets the focus back when it is drawn again. */
  const closed = useRef<string | null>(null);

  function close(): void {
    closed.current = open;
    setOpen(null);
  }
  function takeFocusBack(name: string, button: HTMLButtonElement | null): void {
    if (button === null || closed.current !== name) return;
    closed.current = null;
    button.focus();
  }

  function remove(server: IceServerSetting): void {
    let putBack = false;
    changeSettings({ ice: { servers: servers.filter(({ id }) => id !== server.id) } });
    const undo = (): void => {
      putBack = true;
      const now = replica.store.getState().app?.settings.ice.servers ?? [];
      changeSettings({ ice: { servers: now.toSpliced(servers.indexOf(server), 0, server) } });
    };
    // its password goes when it can no longer be asked for back
    const settle = (): void => {
      if (!putBack) void ask('settings.set-ice-password', { id: server.id, password: '' });
    };
    say(t('settings.network.removed', { server: server.uri }), undo, settle);
  }

  return (
    <>
      {servers.length === 0 && <p className="muted">{t('settings.network.none')}</p>}
      {servers.length > 0 && (
        <ul className="server-list">
          {servers.map((server) => (
            <li key={server.id} className="ice-server">
              {open === server.id ? (
                <ServerForm servers={servers} server={server} onClose={close} />
              ) : (
                <ServerRow
                  server={server}
                  editRef={(button) => takeFocusBack(server.id, button)}
                  onEdit={() => setOpen(server.id)}
                  onRemove={() => remove(server)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {open === 'new' ? (
        <ServerForm servers={servers} server={null} onClose={close} />
      ) : (
        <div>
          <Button ref={(button) => takeFocusBack('new', button)} icon={Plus} onClick={() => setOpen('new')}>
            {t('settings.network.add')}
          </Button>
        </div>
      )}
    </>
  );
}
