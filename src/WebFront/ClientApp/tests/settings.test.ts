import { expect, it } from 'vitest';
import { startSession } from '@/lib/effects/sessionEffects';
import { settingsChanged, settingsKey } from '@/lib/redux/slices/settingsSlice';
import { store } from '@/lib/redux/store';

it('settings hold in every tab, so that “do not disturb” reaches the one that speaks', () => {
  startSession(() => Promise.resolve(null));
  store.dispatch(settingsChanged({ sound: true }));
  localStorage.setItem(settingsKey, JSON.stringify({ sound: true, doNotDisturb: true }));
  window.dispatchEvent(new StorageEvent('storage', { key: settingsKey }));
  expect(store.getState().settings).toEqual({ sound: true, doNotDisturb: true, enterSends: true });
});
