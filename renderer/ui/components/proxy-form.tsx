import { useState, type SubmitEvent } from 'react';
import { Button } from './button.tsx';
import { PasswordField, TextField } from './field.tsx';
import { useTexts } from '../i18n/texts-context.tsx';
import { useCommands } from '../store/ui-context.tsx';
import './proxy-form.css';

/** User and password at the system's proxy; `known` is the user of the settings. */
export function ProxyForm({ known }: { readonly known: string }) {
  const { t } = useTexts();
  const { ask, say } = useCommands();
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
