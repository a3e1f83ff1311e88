import { act, renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { Provider } from 'react-redux';
import type { ReactNode } from 'react';
import { useRetry } from '@/hooks/useRetry';
import { setConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { store } from '@/lib/redux/store';

const wrapper = ({ children }: { children: ReactNode }) => <Provider store={store}>{children}</Provider>;
const be = (state: 'live' | 'offline') => act(() => void store.dispatch(setConnectionStatus({ state })));

it('what failed without a network is tried once when it is back, also where that is known only then', () => {
  const retry = vi.fn();
  be('offline');
  const { rerender } = renderHook(({ hasFailed }) => useRetry(hasFailed, retry), { wrapper, initialProps: { hasFailed: false } });
  be('live');
  expect(retry).not.toHaveBeenCalled();
  rerender({ hasFailed: true });
  expect(retry).toHaveBeenCalledOnce();
  rerender({ hasFailed: false });
  rerender({ hasFailed: true });
  expect(retry).toHaveBeenCalledOnce();
  be('offline');
  be('live');
  expect(retry).toHaveBeenCalledTimes(2);
});
