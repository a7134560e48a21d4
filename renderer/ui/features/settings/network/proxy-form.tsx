import { useState, type SubmitEvent } from 'react';
import { Button } from '../../../components/button.tsx';
import { PasswordField, TextField } from '../../../components/field.tsx';
import { useTexts } from '../../../i18n/texts-context.tsx';
import { useAppState, useCommands } from '../../../store/ui-context.tsx';

/** User and password at the system's proxy. */
export function ProxyForm() {
  const { t } = useTexts();
  const { ask, say } = useCommands();
  const known = useAppState((app) => app.settings.network.proxyUser);
  const [user, setUser] = useState(known);
  const [password, setPassword] = useState('');

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if ((await ask('session.set-proxy-password', { user: user.trim(), password })) === undefined) return;
    setPassword('');
    say(t('proxy.saved'));
  }

  return (
    <form className="proxy-form" aria-label={t('proxy.title')} onSubmit={(event) => void save(event)} noValidate>
      <TextField label={t('proxy.user')} value={user} onValue={setUser} maxLength={256} spellCheck={false} autoComplete="off" />
      <PasswordField
        label={t('proxy.password')}
        hint={t('proxy.passwordHint')}
        showLabel={t('signIn.showPassword')}
        hideLabel={t('signIn.hidePassword')}
        value={password}
        onValue={setPassword}
        maxLength={1024}
      />
      <Button kind="primary" type="submit">
        {t('actions.save')}
      </Button>
    </form>
  );
}
