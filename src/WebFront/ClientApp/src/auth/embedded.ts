import { wait } from '@/lib/wait';

declare global {
  interface Window {
    /** Set by the embedding product before this client's script runs: gives the signed-in user's present token. */
    chatToken?: () => Promise<string> | string;
  }
}

/** How long the product may take to answer, in milliseconds. */
const answerTime = 10_000;

async function tooLate(): Promise<never> {
  await wait(answerTime);
  throw new Error('The product around this page gave no answer.');
}

/** Asks the page around this frame. It answers `{type: 'chat-token', token}`; answers of other origins are ignored. */
async function askParent(origin: string): Promise<string | null> {
  const listening = new AbortController();
  const answer = new Promise<string | null>((resolve) => {
    const answered = ({ origin: from, source, data }: MessageEvent<{ type?: unknown; token?: unknown } | null>) => {
      if (from !== origin || source !== window.parent || data?.type !== 'chat-token') return;
      resolve(typeof data.token === 'string' ? data.token : null);
    };
    window.addEventListener('message', answered, { signal: listening.signal });
    window.parent.postMessage({ type: 'chat-token-wanted' }, origin);
  });
  return Promise.race([answer, tooLate()]).finally(() => listening.abort());
}

/** A fresh token from the product that this client is part of, or null if nobody is signed in there. Rejects where it can't say now. */
export async function embeddedToken(embeddingOrigin: string | undefined): Promise<string | null> {
  if (window.chatToken) return (await Promise.race([window.chatToken(), tooLate()])) || null;
  return embeddingOrigin !== undefined && window.parent !== window ? askParent(embeddingOrigin) : null;
}
