import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Icon } from '@/components/Icon';
import { useListKeys } from '@/hooks/useListKeys';
import { focusFromGone, focusFromPane } from '@/lib/focus';
import { isMessage, type Row } from '@/lib/messages/rows';

/** Rows' heights before they are measured; in pixels. */
const guesses: Record<Row['kind'], number> = {
  start: 96, older: 48, day: 44, new: 36, hole: 48, message: 52, pending: 52,
};

/** This near to its end, the list follows new messages; in pixels. */
const endThreshold = 60;

interface MessageListProps {
  rows: readonly Row[];
  /** Key of the row that a link leads to; scrolled to once, as soon as it is there. */
  target: string | null;
  /** Key of the message that was uppermost when the conversation was left; null at its end, or where it wasn't open before. */
  place: string | null;
  /** Key of the row that is being edited: it stays rendered out of view, with what was typed in it. */
  editing: string | null;
  /** Counts what this person has sent from here: each time the list goes to its end. */
  sent: number;
  unseen: number;
  renderRow: (row: Row, isCurrent: boolean) => ReactNode;
  /** Told whenever the newest message comes into view or leaves it. */
  onAtEnd: (isAtEnd: boolean) => void;
  /** Told the key of the uppermost message whenever that changes, and null at the end. */
  onPlace: (key: string | null) => void;
}

/** The indices in order, with one more; -1 for none. */
function withIndex(indices: number[], index: number): number[] {
  return index < 0 || indices.includes(index) ? indices : [...indices, index].sort((a, b) => a - b);
}

/** The virtualized list: renders what is in view, keeps its place when older rows come, follows the end when it is there. */
export function MessageList(props: MessageListProps) {
  const { rows, target, place, editing, sent, unseen, renderRow, onAtEnd, onPlace } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const isPlaced = useRef(false);
  const shownTarget = useRef<string | null>(null);
  const edited = editing === null ? -1 : rows.findIndex((row) => row.key === editing);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guesses[rows[index]?.kind ?? 'message'],
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    rangeExtractor: useCallback((range: Range) => withIndex(defaultRangeExtractor(range), edited), [edited]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: endThreshold,
    paddingStart: 8,
    paddingEnd: 8,
  });
  const { currentKey, onKeyDown, onFocus } = useListKeys(rows, scroller, (index) => virtualizer.scrollToIndex(index));

  useLayoutEffect(() => {
    if (rows.length === 0) return;
    const linked = target === null || shownTarget.current === target ? -1 : rows.findIndex((row) => row.key === target);
    if (linked >= 0) {
      shownTarget.current = target;
      virtualizer.scrollToIndex(linked, { align: 'center' });
    } else if (!isPlaced.current) {
      // First shown where it was left or reading had stopped, or at the end.
      const left = rows.findIndex((row) => row.key === place);
      const first = left >= 0 ? left : rows.findIndex((row) => row.kind === 'new');
      if (first >= 0) virtualizer.scrollToIndex(first, { align: 'start' });
      else virtualizer.scrollToEnd();
    }
    isPlaced.current = true;
  }, [rows, target, place, virtualizer]);

  useEffect(focusFromPane, []);
  useLayoutEffect(() => {
    const list = scroller.current;
    return () => focusFromGone(list);
  }, []);

  const items = virtualizer.getVirtualItems();
  const { scrollOffset, scrollRect } = virtualizer;
  const height = scrollRect?.height;
  const totalSize = virtualizer.getTotalSize();
  const wasAtEnd = useRef(false);
  // The composer grows, or a phone's keyboard comes: who was at the end is there still.
  useLayoutEffect(() => {
    if (wasAtEnd.current) virtualizer.scrollToEnd();
  }, [height, virtualizer]);
  useLayoutEffect(() => {
    if (sent > 0) virtualizer.scrollToEnd();
  }, [sent, virtualizer]);
  // Measured, because the virtualizer's own offset may be from before the list was placed.
  useLayoutEffect(() => {
    if (!scroller.current) return;
    const { scrollHeight, scrollTop, clientHeight } = scroller.current;
    const atEnd = scrollHeight - scrollTop - clientHeight <= endThreshold;
    wasAtEnd.current = height !== undefined && atEnd;
    setAtEnd(atEnd);
    onAtEnd(atEnd);
    const uppermost = virtualizer.getVirtualItemForOffset(scrollTop)?.index ?? 0;
    // A message's row: lines between them come and go.
    if (height !== undefined) onPlace(atEnd ? null : (rows.slice(uppermost).find(isMessage)?.key ?? null));
  }, [rows, scrollOffset, totalSize, height, virtualizer, onAtEnd, onPlace]);

  return (
    <div className="messages">
      {/* Focusable, because it scrolls: the keyboard must get at it. */}
      <div
        className="messages-scroll"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Messages"
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        <div className="virtual" style={{ height: totalSize }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index];
            return row ? (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className="virtual-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                {renderRow(row, row.key === currentKey)}
              </div>
            ) : null;
          })}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" className="to-latest" onClick={() => virtualizer.scrollToEnd({ behavior: 'auto' })}>
          <Icon name="down" />
          {unseen > 0 ? `${unseen} new` : 'Latest'}
        </button>
      )}
    </div>
  );
}
