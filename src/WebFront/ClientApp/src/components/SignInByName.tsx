import { useState, type FormEvent } from 'react';
import { lastName, userIdOf } from '@/auth/session';
import { failureOf } from '@/lib/redux/services/baseApi';
import { useCreateTokenMutation } from '@/lib/redux/services/authApi';
import { signedIn } from '@/lib/redux/slices/sessionSlice';
import { useAppDispatch, useAppSelector } from '@/lib/redux/store';

const notHere = 'This server doesn’t let people sign in by name: that is for development only. Whoever runs it has to say '
  + 'how people sign in, in client-config.json beside this page; docs/client.md, “Signing in”, has the ways there are.';

function explain(error: unknown): string {
  const { code, message } = failureOf(error);
  if (code === 'network') return 'The server can’t be reached. Is it running?';
  return code === 'not_found' || code === 'http_404' ? notHere : message;
}

/** Development only: whoever says a name is that person. */
export function SignInByName() {
  const dispatch = useAppDispatch();
  const notice = useAppSelector((state) => state.session.notice);
  const [name, setName] = useState(lastName);
  const [createToken, { isLoading, error }] = useCreateTokenMutation();
  const userId = userIdOf(name);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (userId === undefined) return;
    const { data } = await createToken({ user_id: userId, name: name.trim() });
    if (data) dispatch(signedIn({ userId, name: name.trim(), token: data.token }));
  };

  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={(event) => void submit(event)}>
        <h1 className="brand brand-large">ChatOrleans</h1>
        <p className="muted">Say who you are. To talk to yourself as somebody else, open a second window.</p>
        {notice && <p className="notice" role="status">{notice}</p>}
        <label className="field">
          <span>Your name</span>
          <input
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="username"
            maxLength={64}
            required
            autoFocus
          />
        </label>
        <p className="hint" aria-live="polite">
          {userId === undefined ? 'Letters, digits and . _ - @' : <>Others reach you as <b>{userId}</b></>}
        </p>
        {error !== undefined && <p className="error" role="alert">{explain(error)}</p>}
        <button className="primary" type="submit" disabled={isLoading || userId === undefined}>
          {isLoading ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
