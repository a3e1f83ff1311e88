import { useEffect, useRef } from 'react';
import { useAppSelector } from '@/lib/redux/store';

/**
 * Calls `retry` once when the connection is back, if there is a failure then or soon after: whoever lost the network needn't ask
 * for each part again.
 */
export function useRetry(hasFailed: boolean, retry: () => void): void {
  const isLive = useAppSelector((state) => state.connection.status.state === 'live');
  const latest = useRef(retry);
  const hasRetried = useRef(isLive);
  useEffect(() => {
    latest.current = retry;
  });
  useEffect(() => {
    if (!isLive) hasRetried.current = false;
    else if (hasFailed && !hasRetried.current) {
      hasRetried.current = true;
      latest.current();
    }
  }, [isLive, hasFailed]);
}
