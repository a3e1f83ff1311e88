import { createApi, fetchBaseQuery, type FetchArgs, type FetchBaseQueryError } from '@reduxjs/toolkit/query/react';
import { renewSession } from '@/auth/tokenSource';
import { retryAfterOf } from '@/lib/redux/services/answers';

/** The part of the root state that a call needs. The store's own type would make a circle. */
interface WithSession {
  session: { session: { userId: string; token: string } | null };
}

/** Paths that are asked without a token, so that a refusal has nothing to do with it. */
const withoutToken = 'auth/token';

/** Where the server is, from the page: a client mounted under a path calls that path's API. */
function apiUrl(): string {
  return new URL('api/', document.baseURI).href;
}

type Query = ReturnType<typeof fetchBaseQuery>;

/** Who stands in front of the server may refuse with a page of its own: a refusal all the same. A page as an answer, as of a captive portal, is none. */
function withStatus(error: FetchBaseQueryError): FetchBaseQueryError {
  const isRefusal = error.status === 'PARSING_ERROR' && error.originalStatus >= 400;
  return isRefusal ? { status: error.originalStatus, data: error.data } : error;
}

/** Calls with this token. A refusal's `Retry-After` goes into its problem document, which is what callers see of it. */
function query(token: string | undefined): Query {
  const call = fetchBaseQuery({
    baseUrl: apiUrl(),
    timeout: 15_000,
    prepareHeaders: (headers) => {
      if (token) headers.set('Authorization', `Bearer ${token}`);
    },
  });
  return async (...request) => {
    const answer = await call(...request);
    if (!answer.error) return answer;
    const error = withStatus(answer.error);
    const seconds = retryAfterOf(answer.meta?.response?.headers);
    if (typeof error.status !== 'number' || seconds === undefined) return { ...answer, error };
    const problem = typeof error.data === 'object' ? error.data : {};
    return { ...answer, error: { ...error, data: { ...problem, retry_after: seconds } } };
  };
}

/** One API for all endpoints; each service injects its own. A refused token is renewed, and the call repeated, once. */
export const baseApi = createApi({
  reducerPath: 'api',
  baseQuery: async (args: string | FetchArgs, api, extra) => {
    const { session } = (api.getState() as WithSession).session;
    const answer = await query(session?.token)(args, api, extra);
    const path = typeof args === 'string' ? args : args.url;
    if (answer.error?.status !== 401 || path === withoutToken || !session) return answer;
    try {
      const token = await renewSession(session.userId, api);
      return token === null ? answer : query(token)(args, api, extra);
    } catch {
      // Not refused, only not to be had now: as a call that got no answer.
      return { error: { status: 'FETCH_ERROR' as const, error: 'No new token could be had.' }, meta: answer.meta };
    }
  },
  tagTypes: ['Members'],
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

const passing = new Set(['network', 'rate_limited', 'unavailable', 'internal']);

/** False where a repeat would be refused as well. */
export function mayPass({ code }: Failure): boolean {
  return passing.has(code);
}
