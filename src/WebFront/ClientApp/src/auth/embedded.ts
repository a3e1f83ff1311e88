declare global {
  interface Window {
    /** Set by the embedding product before this client's script runs: gives the signed-in user's present token. */
    chatToken?: () => Promise<string> | string;
  }
}

/** How long the parent of a frame may take to answer, in milliseconds. */
const answerTime = 10_000;

/** Asks the page around this frame. It answers `{type: 'chat-token', token}`; answers of other origins are ignored. */
function askParent(origin: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', answered);
      reject(new Error('The page around this one gave no answer.'));
    }, answerTime);
    function finish(token: string | null): void {
      clearTimeout(timer);
      window.removeEventListener('message', answered);
      resolve(token);
    }
    function answered({ origin: from, source, data }: MessageEvent<{ type?: unknown; token?: unknown } | null>): void {
      if (from !== origin || source !== window.parent || data?.type !== 'chat-token') return;
      finish(typeof data.token === 'string' ? data.token : null);
    }
    window.addEventListener('message', answered);
    window.parent.postMessage({ type: 'chat-token-wanted' }, origin);
  });
}

/** A fresh token from the product that this client is part of, or null if nobody is signed in there. Rejects where it can't say now. */
export async function embeddedToken(embeddingOrigin: string | undefined): Promise<string | null> {
  if (window.chatToken) return (await window.chatToken()) || null;
  return embeddingOrigin !== undefined && window.parent !== window ? askParent(embeddingOrigin) : null;
}
