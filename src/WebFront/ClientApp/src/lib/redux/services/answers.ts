import type { UnknownAction } from '@reduxjs/toolkit';

interface Answering<Result> {
  dispatch: (action: UnknownAction) => unknown;
  getState: () => unknown;
  queryFulfilled: Promise<{ data: Result; meta?: { response?: Response } }>;
}

/** What came with an answer: its headers, and the state when it was asked for and now, since events come meanwhile. */
export interface Answer {
  headers: Headers | undefined;
  before: unknown;
  now: unknown;
}

/** Puts a call's answer into the slices that events go to as well. A refusal is the caller's to show, so it passes here. */
export function onAnswer<Argument, Result>(toAction: (data: Result, argument: Argument, answer: Answer) => UnknownAction | null) {
  return async (argument: Argument, { dispatch, getState, queryFulfilled }: Answering<Result>): Promise<void> => {
    const before = getState();
    const answer = await queryFulfilled.catch(() => null);
    if (!answer) return;
    const action = toAction(answer.data, argument, { headers: answer.meta?.response?.headers, before, now: getState() });
    if (action) dispatch(action);
  };
}

/** The opaque position of the next older page, from a `Link` header with `rel=prev`; undefined on the oldest page. */
export const olderPage = (headers: Headers | undefined): string | undefined => positionOf(headers, 'prev', 'before');

/** Likewise of the next page of a list that is read forwards. */
export const nextPage = (headers: Headers | undefined): string | undefined => positionOf(headers, 'next', 'after');

function positionOf(headers: Headers | undefined, rel: string, parameter: string): string | undefined {
  for (const link of headers?.get('Link')?.split(',') ?? []) {
    const [, target, parameters] = /<([^>]*)>(.*)/u.exec(link) ?? [];
    if (!target || !new RegExp(`rel="?${rel}"?`, 'u').test(parameters ?? '')) continue;
    return new URL(target, 'http://localhost').searchParams.get(parameter) ?? undefined;
  }
  return undefined;
}

/** For how many seconds a refusal asks to wait; undefined where it says nothing of it. */
export function retryAfterOf(headers: Headers | undefined): number | undefined {
  const seconds = Number(headers?.get('Retry-After') ?? NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
