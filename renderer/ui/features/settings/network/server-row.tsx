import { Pencil, PlugZap, Trash2 } from 'lucide-react';
import { useState, type RefCallback } from 'react';
import { displayText } from '#shared/people/display-text.ts';
import type { IceServerProof } from '#shared/network/ice/report.ts';
import type { IceServerSetting } from '#shared/settings/settings.ts';
import { Button, IconButton } from '../../../components/button.tsx';
import { ProofText } from '../../../components/proof-text.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useCommands } from '../../../store/ui-context.tsx';

interface ServerRowProps {
  readonly server: IceServerSetting;
  readonly editRef: RefCallback<HTMLButtonElement>;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

/** One server, and whether it helps when it is tried by itself. */
export function ServerRow({ server, editRef, onEdit, onRemove }: ServerRowProps) {
  const { t } = useTexts();
  const { ask } = useCommands();
  const [testing, setTesting] = useState(false);
  const [proof, setProof] = useState<IceServerProof | null>(null);

  async function test(): Promise<void> {
    if (testing) return;
    setTesting(true);
    setProof(null);
    const answer = await ask('network.test-server', { id: server.id });
    setTesting(false);
    if (answer !== undefined) setProof(answer);
  }

  return (
    <>
      <span className="ice-server-name">
        <bdi>{server.uri}</bdi>
        {server.username !== '' && <span className="muted"> {displayText(server.username)}</span>}
      </span>
      <span className="ice-server-verbs">
        <Button icon={PlugZap} aria-label={t('settings.network.testServer', { server: server.uri })} onClick={() => void test()}>
          {t('settings.network.test')}
        </Button>
        <IconButton ref={editRef} icon={Pencil} label={t('settings.network.edit', { server: server.uri })} onClick={onEdit} />
        <IconButton icon={Trash2} label={t('settings.network.removeServer', { server: server.uri })} onClick={onRemove} />
      </span>
      <span className="ice-server-proof" role="status">
        {testing ? <span className="muted">{t('check.server.testing')}</span> : proof !== null && <ProofText proof={proof} />}
      </span>
    </>
  );
}
