import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { App } from '@/app/App';
import { loadConfig } from '@/auth/clientConfig';
import { signInOf } from '@/auth/signIn';
import { Starting } from '@/components/Starting';
import { startAttention } from '@/lib/effects/attentionEffects';
import { startHealing } from '@/lib/effects/healingEffects';
import { startOutbox } from '@/lib/effects/outboxEffects';
import { startReading } from '@/lib/effects/readEffects';
import { startRestoring } from '@/lib/effects/restoreEffects';
import { confirmSession, startSession } from '@/lib/effects/sessionEffects';
import { registerServiceWorker } from '@/lib/serviceWorker';
import { store } from '@/lib/redux/store';
import '@/styles/index.css';

async function start(): Promise<void> {
  const element = document.getElementById('root');
  if (!element) throw new Error('The page has no #root.');
  const root = createRoot(element);
  const signIn = signInOf(await loadConfig((trouble) => root.render(<Starting trouble={trouble} />)));
  startAttention();
  startHealing();
  startOutbox();
  startReading();
  startRestoring();
  // Last: it may sign someone in at once, and the others must hear of it.
  startSession(signIn.renew);
  if (signIn.kind === 'token') void confirmSession();

  root.render(
    <StrictMode>
      <Provider store={store}>
        <App signIn={signIn} />
      </Provider>
    </StrictMode>,
  );
}

registerServiceWorker();
void start();
