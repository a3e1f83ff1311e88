import { useEffect } from 'react';
import { Icon } from '@/components/Icon';
import { usePageVisible } from '@/hooks/usePageVisible';
import { navigate } from '@/hooks/useRoute';
import { toastClosed, type Toast } from '@/lib/redux/slices/toastsSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';

/** How long a toast can be seen, in milliseconds. What a notification says is in the notification center too. */
const shownFor = 6_000;

export function Toasts() {
  const toasts = useAppSelector((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => <ToastCard key={toast.id} toast={toast} />)}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const dispatch = useAppDispatch();
  const { id, kind, title, text, conversationId, messageId } = toast;
  const isVisible = usePageVisible();
  // Read elsewhere, or by opening the conversation: then it has nothing more to say.
  const isRead = useAppSelector((state) => state.chat.notifications.find((known) => known.id === id)?.read ?? false);
  useEffect(() => {
    if (isRead) dispatch(toastClosed(id));
  }, [isRead, id, dispatch]);
  useEffect(() => {
    // An error may come while nobody looks.
    if (!isVisible) return;
    const timer = setTimeout(() => dispatch(toastClosed(id)), shownFor);
    return () => clearTimeout(timer);
  }, [isVisible, id, dispatch]);
  const open = () => {
    if (conversationId) navigate(conversationId, messageId);
    dispatch(toastClosed(id));
  };
  return (
    <div className="toast" data-kind={kind}>
      <button type="button" className="toast-open" onClick={open}>
        <b><bdi>{title}</bdi></b>
        <span><bdi>{text}</bdi></span>
      </button>
      <button type="button" className="icon-button" onClick={() => dispatch(toastClosed(id))} aria-label="Dismiss"><Icon name="close" /></button>
    </div>
  );
}
