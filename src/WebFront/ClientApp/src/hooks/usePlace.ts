import { useCallback, useEffect, useRef, useState } from 'react';
import { placeLeft } from '@/lib/redux/slices/placesSlice';
import { store, useAppDispatch } from '@/lib/redux/store';

/** Where this conversation was left before, and how to keep in mind where it is now. */
export function usePlace(conversationId: string): [string | null, (key: string | null) => void] {
  const dispatch = useAppDispatch();
  const [place] = useState(() => store.getState().places[conversationId] ?? null);
  const now = useRef(place);
  useEffect(
    () => () => {
      dispatch(placeLeft({ conversationId, key: now.current }));
    },
    [conversationId, dispatch],
  );
  const keep = useCallback((key: string | null) => {
    now.current = key;
  }, []);
  return [place, keep];
}
