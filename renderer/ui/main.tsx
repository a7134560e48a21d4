import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { UiContract } from '#shared/ipc/ui-contract.ts';
import { App } from './app/app.tsx';
import { createClient, failureReport, pageBridge } from './bridge.ts';
import { createTexts } from './i18n/text.ts';
import { createCommands } from './store/commands.ts';
import { createReplica } from './store/replica.ts';
import { UiProvider } from './store/ui-context.tsx';
import { createView } from './store/view.ts';
import './styles/tokens.css';
import './styles/base.css';

const client = createClient(pageBridge<UiContract>());
const view = createView();
const replica = createReplica(client);
const services = { client, replica, view, commands: createCommands(client, view), now: () => Date.now() };
const root = createRoot(document.getElementById('root') ?? document.body);

replica.start().catch((error: unknown) => {
  const { t } = createTexts(navigator.language.startsWith('de') ? 'de' : 'en');
  root.render(<main className="starting">{`${t('app.startFailed')} (${failureReport(error).code})`}</main>);
});
root.render(
  <StrictMode>
    <UiProvider services={services}>
      <App />
    </UiProvider>
  </StrictMode>,
);
