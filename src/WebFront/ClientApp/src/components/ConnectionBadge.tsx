import { useEffect, useState } from 'react';
import type { ConnectionStatus } from '@/lib/redux/slices/connectionSlice';
import { useAppSelector } from '@/lib/redux/store';
import { socketManager } from '@/lib/websocketService';

function secondsUntil(moment: number): number {
  return Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}

function useCountdown(status: ConnectionStatus): number {
  const retryAt = status.state === 'reconnecting' ? status.retryAt : 0;
  const [, tick] = useState(0);
  useEffect(() => {
    if (retryAt === 0) return;
    const timer = setInterval(() => tick((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, [retryAt]);
  return secondsUntil(retryAt);
}

const words: Record<ConnectionStatus['state'], string> = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline',
  paused: 'Paused',
  reconnecting: 'Reconnecting',
  refused: 'Disconnected',
};

/** How the connection is, in words; anything but `Live` also says what happens next. */
export function ConnectionBadge() {
  const status = useAppSelector((state) => state.connection.status);
  const seconds = useCountdown(status);
  return (
    <div className="connection" data-state={status.state}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-text">
        {words[status.state]}
        {seconds > 0 && <><span className="wide-only"> in</span> {seconds} s</>}
      </span>
      {/* Said once per change, not each second. */}
      <span className="visually-hidden" role="status">Connection: {words[status.state]}</span>
      {(status.state === 'reconnecting' || status.state === 'offline') && (
        <button type="button" className="link" onClick={() => socketManager.resume()}>Try now</button>
      )}
    </div>
  );
}
