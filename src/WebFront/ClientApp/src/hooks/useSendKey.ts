import type { KeyboardEvent } from 'react';
import { useAppSelector } from '@/lib/redux/store';

/** True for the key that sends or saves what is written: Enter or Ctrl+Enter, as this person has set it. */
export function useSendKey(): (event: KeyboardEvent) => boolean {
  const enterSends = useAppSelector((state) => state.settings.enterSends);
  return ({ key, shiftKey, ctrlKey, metaKey, nativeEvent }) =>
    // While a word is being composed (CJK input), Enter chooses it.
    key === 'Enter' && !shiftKey && !nativeEvent.isComposing && (enterSends || ctrlKey || metaKey);
}
