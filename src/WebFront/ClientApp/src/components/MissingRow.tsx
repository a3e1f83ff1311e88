import { useEffect } from 'react';
import { useRetry } from '@/hooks/useRetry';
import { bigPage, useLazyGetMessagesPageQuery } from '@/lib/redux/services/conversationApi';

interface MissingRowProps {
  conversationId: string;
  /** The missing ones come before this `seq`… */
  before: number;
  /** …and after this one. Undefined for the older end of the log. */
  after?: number;
}

/** Stands where messages are that this device doesn't have yet, and fetches them when it comes into view. */
export function MissingRow({ conversationId, before, after }: MissingRowProps) {
  const [load, { isError }] = useLazyGetMessagesPageQuery();
  const fetchPage = () => void load({ conversationId, before, after, limit: bigPage });
  useRetry(isError, fetchPage);
  useEffect(() => {
    void load({ conversationId, before, after, limit: bigPage });
  }, [load, conversationId, before, after]);
  const what = after === undefined ? 'older messages' : `${before - after - 1} missing messages`;
  return (
    <div className="missing" data-error={isError}>
      {isError ? (
        <>
          The {what} couldn’t be loaded. <button type="button" className="link" onClick={fetchPage}>Try again</button>
        </>
      ) : (
        <span className="loading">Loading {what}…</span>
      )}
    </div>
  );
}
