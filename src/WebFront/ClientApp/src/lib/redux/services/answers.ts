import type { UnknownAction } from '@reduxjs/toolkit';

interface Answering<Result> {
  dispatch: (action: UnknownAction) => unknown;
  queryFulfilled: Promise<{ data: Result; meta?: { response?: Response } }>;
}

/** Puts a call's answer into the slices that events go to as well. A refusal is the caller's to show, so it passes here. */
export function onAnswer<Argument, Result>(toAction: (data: Result, argument: Argument, headers?: Headers) => UnknownAction | null) {
  return async (argument: Argument, { dispatch, queryFulfilled }: Answering<Result>): Promise<void> => {
    const answer = await queryFulfilled.catch(() => null);
    if (!answer) return;
    const action = toAction(answer.data, argument, answer.meta?.response?.headers);
    if (action) dispatch(action);
  };
}

/** The opaque position of the next older page, from a `Link` header with `rel=prev`; undefined on the oldest page. */
export function olderPage(headers: Headers | undefined): string | undefined {
  for (const link of headers?.get('Link')?.split(',') ?? []) {
    const [, target, parameters] = /<([^>]*)>(.*)/u.exec(link) ?? [];
    if (!target || !/rel="?prev"?/u.test(parameters ?? '')) continue;
    return new URL(target, 'http://localhost').searchParams.get('before') ?? undefined;
  }
  return undefined;
}

/** For how many seconds a refusal asks to wait; undefined where it says nothing of it. */
export function retryAfterOf(headers: Headers | undefined): number | undefined {
  const seconds = Number(headers?.get('Retry-After') ?? NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
