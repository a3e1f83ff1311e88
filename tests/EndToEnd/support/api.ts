/** A person without a browser: the REST calls that a test needs to set a scene. */
export class Api {
  readonly userId: string;
  private readonly base: string;
  private token = '';

  private readonly name: string;

  constructor(base: string, userId: string, name = userId) {
    this.base = base;
    this.userId = userId;
    this.name = name;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (this.token === '') this.token = (await this.ask<{ token: string }>('POST', 'auth/token', { user_id: this.userId, name: this.name })).token;
      try {
        return await this.ask<T>(method, path, body);
      } catch (error) {
        // Setting a scene of 10,000 messages meets the server's rate limit; a person would wait as well.
        if (!(error instanceof Refused) || error.status !== 429 || attempt > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.retryAfter * 1000));
      }
    }
  }

  create(kind: string, members: string[], title?: string): Promise<{ id: string }> {
    return this.call('POST', 'conversations', { kind, title, members: members.map((user_id) => ({ user_id })) });
  }

  post(conversationId: string, text: string, clientMessageId?: string): Promise<{ id: string; seq: number }> {
    return this.call('POST', `conversations/${conversationId}/messages`, { text, client_message_id: clientMessageId });
  }

  messages(conversationId: string): Promise<{ text: string; seq: number; client_message_id: string | null }[]> {
    return this.call('GET', `conversations/${conversationId}/messages?limit=200`);
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.base}/api/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(this.token ? { authorization: `Bearer ${this.token}` } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Refused(response.status, Number(response.headers.get('retry-after') ?? 1), await response.text());
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

class Refused extends Error {
  readonly status: number;
  readonly retryAfter: number;
  constructor(status: number, retryAfter: number, text: string) {
    super(`${status}: ${text}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
