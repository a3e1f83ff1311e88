import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { ConversationListItem } from '@/components/ConversationListItem';
import { Icon } from '@/components/Icon';
import { backoff } from '@/lib/reconnect';
import { failureOf, mayPass } from '@/lib/redux/services/baseApi';
import { useLazyGetConversationsQuery } from '@/lib/redux/services/conversationListApi';
import { matchingConversations, selectConversations } from '@/lib/redux/selectors';
import { useAppSelector } from '@/lib/redux/store';

/** Must agree with `.conversation-item` in the style sheet; in pixels. */
const itemHeight = 68;

interface ConversationListProps {
  me: string;
  activeId: string | null;
  onNew: () => void;
}

/** Loads older conversations when the list's end comes near; the live ones come by themselves. */
function useOlderConversations(isNearEnd: boolean) {
  const { more, next } = useAppSelector((state) => state.conversations);
  const isLive = useAppSelector((state) => state.connection.status.state === 'live');
  const [load, { isFetching, error, reset }] = useLazyGetConversationsQuery();
  const failures = useRef(0);
  // What failed without a network is tried again with it.
  useEffect(() => {
    if (isLive) reset();
  }, [isLive, reset]);
  // And what failed on a line that stands, after a while.
  useEffect(() => {
    const failure = error === undefined ? null : failureOf(error);
    if (!isLive || !failure || !mayPass(failure)) return;
    const timer = setTimeout(reset, Math.max(backoff(failures.current++, Math.random), (failure.retryAfter ?? 0) * 1000));
    return () => clearTimeout(timer);
  }, [isLive, error, reset]);
  useEffect(() => {
    if (!more || !isNearEnd || isFetching || error !== undefined) return;
    void load(next).then(({ isSuccess }) => {
      if (isSuccess) failures.current = 0;
    });
  }, [more, next, isNearEnd, isFetching, error, load]);
  return { more, hasFailed: more && error !== undefined, retry: reset };
}

export function ConversationList({ me, activeId, onNew }: ConversationListProps) {
  const conversations = useAppSelector(selectConversations);
  const loaded = useAppSelector((state) => state.conversations.loaded);
  const drafts = useAppSelector((state) => state.drafts);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const shown = useMemo(() => matchingConversations(conversations, wanted, me), [conversations, wanted, me]);

  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => itemHeight,
    getItemKey: (index) => shown[index]?.id ?? index,
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  });
  // Where another is opened by a key or a link. A list that isn't shown, as beside a conversation on a phone, keeps its place.
  useEffect(() => {
    const index = latest.current.findIndex(({ id }) => id === activeId);
    if (index >= 0 && scroller.current?.clientHeight) virtualizer.scrollToIndex(index);
  }, [activeId, virtualizer]);
  const { more, hasFailed, retry } = useOlderConversations((items.at(-1)?.index ?? 0) >= shown.length - 5);

  const moveFocus = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const links = [...(scroller.current?.querySelectorAll<HTMLElement>('a') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  return (
    <nav className="sidebar" aria-label="Conversations" onKeyDown={moveFocus}>
      <div className="sidebar-head">
        <label className="search">
          <Icon name="search" />
          <span className="visually-hidden">Search conversations</span>
          <input id="search" type="search" placeholder="Search" value={search} onChange={(event) => setSearch(event.target.value)} />
        </label>
        <button type="button" className="primary icon-button" onClick={onNew} aria-label="New conversation" title="New conversation (n)">
          <Icon name="plus" />
        </button>
      </div>
      <div className="sidebar-scroll" ref={scroller}>
        <ul className="virtual" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const conversation = shown[index];
            return conversation ? (
              <li key={key} className="virtual-row" style={{ transform: `translateY(${start}px)` }}>
                <ConversationListItem
                  conversation={conversation}
                  me={me}
                  isActive={conversation.id === activeId}
                  draft={drafts[conversation.id]}
                />
              </li>
            ) : null;
          })}
        </ul>
        {hasFailed ? (
          <p className="list-empty" role="status">
            Older conversations couldn’t be loaded. <button type="button" className="link" onClick={retry}>Try again</button>
          </p>
        ) : (
          shown.length === 0 && <p className="list-empty">{emptyText(loaded && !more, search)}</p>
        )}
      </div>
    </nav>
  );
}

function emptyText(isWhole: boolean, search: string): string {
  if (!isWhole) return 'Loading…';
  return search.trim() === '' ? 'No conversations yet. Start one with +.' : `Nothing found for “${search.trim()}”.`;
}
