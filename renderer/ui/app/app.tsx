import { useEffect, useMemo } from 'react';
import { Progress } from '../components/meter.tsx';
import { SignIn } from '../features/sign-in/sign-in.tsx';
import { createTexts } from '../i18n/text.ts';
import { TextsProvider, useTexts } from '../i18n/texts-context.tsx';
import { useAppState, useIsLoaded } from '../store/ui-context.tsx';
import { Announcer } from './announcer.tsx';
import { Shell } from './shell.tsx';
import { Snackbar } from './snackbar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { useWindowCommands } from './use-window-commands.ts';
import './app.css';

/** The main window. */
export function App() {
  return useIsLoaded() ? <Localised /> : <Starting />;
}

function Localised() {
  const language = useAppState((state) => state.app.language);
  const theme = useAppState((state) => state.app.theme);
  const texts = useMemo(() => createTexts(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  return (
    <TextsProvider texts={texts}>
      <Stage />
      <Announcer />
      <Snackbar />
    </TextsProvider>
  );
}

function Stage() {
  const stage = useAppState((state) => state.session.stage);
  useShortcuts();
  useWindowCommands();
  switch (stage) {
    case 'starting':
      return <Starting />;
    case 'signed-out':
    case 'signing-in':
      return <SignIn />;
    case 'signed-in':
      return <Shell />;
  }
}

function Starting() {
  const { t } = useTexts();
  return (
    <main className="starting">
      <Progress text={t('app.starting')} />
    </main>
  );
}
