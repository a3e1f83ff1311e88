import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { App } from '@/app/App';
import { startAttention } from '@/lib/effects/attentionEffects';
import { startHealing } from '@/lib/effects/healingEffects';
import { startOutbox } from '@/lib/effects/outboxEffects';
import { startReading } from '@/lib/effects/readEffects';
import { startSession } from '@/lib/effects/sessionEffects';
import { store } from '@/lib/redux/store';
import '@/styles/index.css';

startAttention();
startHealing();
startOutbox();
startReading();
// Last: it may sign someone in at once, and the others must hear of it.
startSession();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <Provider store={store}>
      <App />
    </Provider>
  </StrictMode>,
);
