import type { KeyboardEvent } from 'react';
import { useAppSelector } from '@/lib/redux/store';

/** While a word is being composed (CJK input), Enter chooses it. Safari says that it is over before this Enter, and only by 229 that it isn't. */
const isComposing = (event: globalThis.KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/** True for the key that sends or saves what is written: Enter or Ctrl+Enter, as this person has set it. */
export function useSendKey(): (event: KeyboardEvent) => boolean {
  const enterSends = useAppSelector((state) => state.settings.enterSends);
  return ({ key, shiftKey, ctrlKey, metaKey, nativeEvent }) =>
    key === 'Enter' && !shiftKey && !isComposing(nativeEvent) && (enterSends || ctrlKey || metaKey);
}
