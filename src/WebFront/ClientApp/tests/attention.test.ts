import { afterEach, expect, it, vi } from 'vitest';
import { startAttention } from '@/lib/effects/attentionEffects';
import { socketManager } from '@/lib/websocketService';

afterEach(() => void vi.restoreAllMocks());

it('a page that is looked at again finds out at once whether its connection has outlived that', () => {
  const ping = vi.spyOn(socketManager, 'ping').mockResolvedValue();
  const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  startAttention();
  document.dispatchEvent(new Event('visibilitychange'));
  expect(ping).not.toHaveBeenCalled();
  state.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(ping).toHaveBeenCalledOnce();
});
