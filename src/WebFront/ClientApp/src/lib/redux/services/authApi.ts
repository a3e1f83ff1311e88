import { baseApi } from '@/lib/redux/services/baseApi';
import type { User } from '@/types/conversation';

export const authApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getCurrentUser: build.query<User, void>({ query: () => 'users/me' }),
    /** Development only: a token for whoever says a name. */
    createToken: build.mutation<{ token: string; expires_at: string }, { user_id: string; name?: string }>({
      query: (body) => ({ url: 'auth/token', method: 'POST', body }),
    }),
  }),
});

export const { useGetCurrentUserQuery, useCreateTokenMutation } = authApi;
