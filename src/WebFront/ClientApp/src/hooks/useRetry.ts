import { useEffect, useRef } from 'react';
import { useAppSelector } from '@/lib/redux/store';

/** Calls `retry` when the connection is back, if there is a failure then: whoever lost the network needn't ask for each part again. */
export function useRetry(hasFailed: boolean, retry: () => void): void {
  const isLive = useAppSelector((state) => state.connection.status.state === 'live');
  const latest = useRef({ hasFailed, retry });
  useEffect(() => {
    latest.current = { hasFailed, retry };
  });
  useEffect(() => {
    if (isLive && latest.current.hasFailed) latest.current.retry();
  }, [isLive]);
}
