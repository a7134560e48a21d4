import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ToastContract } from '#shared/ipc/toast-contract.ts';
import { createClient, pageBridge } from './bridge.ts';
import { ToastPage } from './features/toast/toast-card.tsx';
import './styles/tokens.css';
import './styles/base.css';

const client = createClient(pageBridge<ToastContract>());

createRoot(document.getElementById('root') ?? document.body).render(
  <StrictMode>
    <ToastPage client={client} />
  </StrictMode>,
);
