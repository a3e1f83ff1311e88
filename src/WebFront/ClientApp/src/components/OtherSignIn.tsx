import { useCallback, useEffect, useState } from 'react';
import type { SignIn } from '@/auth/signIn';
import { useAppSelector } from '@/lib/redux/store';

/** Sign-in that isn't this page's to do: the embedding product hands a token in, or a sign-in server is visited. */
export function OtherSignIn({ signIn }: { signIn: SignIn }) {
  const notice = useAppSelector((state) => state.session.notice);
  const [step, setStep] = useState<'trying' | 'waiting' | 'failed'>('trying');

  const attempt = useCallback((work: () => Promise<boolean>) => {
    work().then((done) => setStep(done ? 'trying' : 'waiting'), () => setStep('failed'));
  }, []);
  useEffect(() => attempt(signIn.auto), [attempt, signIn]);

  const again = () => {
    setStep('trying');
    attempt(async () => {
      if (signIn.begin) await signIn.begin();
      return signIn.begin !== undefined || signIn.auto();
    });
  };

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1 className="brand brand-large">ChatOrleans</h1>
        {notice && <p className="notice" role="status">{notice}</p>}
        {step === 'trying' && <p className="loading" role="status">Signing in…</p>}
        {step === 'failed' && <p className="error" role="alert">The sign-in server can’t be reached.</p>}
        {step === 'waiting' && signIn.kind === 'token' && (
          <p className="muted">You are signed in through the page that this chat belongs to. It hasn’t said who you are.</p>
        )}
        {step !== 'trying' && (
          <button type="button" className="primary" onClick={again}>{signIn.begin ? 'Sign in' : 'Try again'}</button>
        )}
      </div>
    </main>
  );
}
