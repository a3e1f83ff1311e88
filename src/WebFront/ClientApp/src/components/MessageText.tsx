import { memo } from 'react';
import { isOnlyEmoji, linkify } from '@/lib/messages/linkify';

/** A message's text: links can be clicked, all else is shown as it was typed, each paragraph in its own direction. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return (
    <p className={isOnlyEmoji(text) ? 'message-text only-emoji' : 'message-text'} dir="auto">
      {linkify(text).map((part, index) =>
        part.kind === 'link' ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">{part.text}</a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
});
