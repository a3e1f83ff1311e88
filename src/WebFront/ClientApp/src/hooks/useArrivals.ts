import { useEffect, useState } from 'react';
import { preview, senderName } from '@/lib/notifications/format';
import { socketManager } from '@/lib/websocketService';

/** The last message of somebody else in this conversation that came live, as a sentence for screen readers. */
export function useArrivals(conversationId: string, me: string): string {
  const [sentence, setSentence] = useState('');
  useEffect(
    () =>
      socketManager.subscribe(
        'new_message',
        (message) => {
          if (message.sender_id !== me) setSentence(`${senderName(message)}: ${preview(message.text)}`);
        },
        conversationId,
      ),
    [conversationId, me],
  );
  return sentence;
}
