import { createApi, fetchBaseQuery, type FetchBaseQueryError } from '@reduxjs/toolkit/query/react';

/** The part of the root state that a call needs. The store's own type would make a circle. */
interface WithSession {
  session: { session: { token: string } | null };
}

/** Where the server is, from the page: a client mounted under a path calls that path's API. */
function apiUrl(): string {
  return new URL('api/', document.baseURI).href;
}

/** One API for all endpoints; `authApi` and `conversationApi` inject theirs. */
export const baseApi = createApi({
  reducerPath: 'api',
  baseQuery: (args, api, extra) =>
    fetchBaseQuery({
      baseUrl: apiUrl(),
      timeout: 15_000,
      prepareHeaders: (headers, { getState }) => {
        const token = (getState() as WithSession).session.session?.token;
        if (token) headers.set('Authorization', `Bearer ${token}`);
      },
    })(args, api, extra),
  tagTypes: ['Me', 'Members'],
  endpoints: () => ({}),
});

export interface Failure {
  /** The contract's stable error code, or `network` when no answer came. */
  code: string;
  message: string;
  /** Seconds until a repeat makes sense, if the server said so. */
  retryAfter?: number;
}

/** Reads the problem document of a refused call. */
export function failureOf(error: unknown): Failure {
  const { status, data } = (error ?? {}) as Partial<FetchBaseQueryError> & { data?: unknown };
  if (typeof status !== 'number') return { code: 'network', message: 'The server can’t be reached.' };
  const problem = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const code = typeof problem.code === 'string' ? problem.code : status >= 500 ? 'unavailable' : `http_${status}`;
  const text = problem.detail ?? problem.title;
  const retryAfter = typeof problem.retry_after === 'number' ? problem.retry_after : undefined;
  return { code, message: typeof text === 'string' ? text : `The server answered ${status}.`, retryAfter };
}

