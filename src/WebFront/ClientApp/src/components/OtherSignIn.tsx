import { useCallback, useEffect, useState } from 'react';
import type { SignIn } from '@/auth/signIn';
import { backoff } from '@/lib/reconnect';
import { useAppSelector } from '@/lib/redux/store';

/** Sign-in that isn't this page's to do: the embedding product hands a token in, or a sign-in server is visited. */
export function OtherSignIn({ signIn }: { signIn: SignIn }) {
  const notice = useAppSelector((state) => state.session.notice);
  const [step, setStep] = useState<'trying' | 'waiting' | 'failed'>('trying');
  const [failures, setFailures] = useState(0);

  const attempt = useCallback((work: () => Promise<boolean>) => {
    const failed = () => {
      setStep('failed');
      setFailures((count) => count + 1);
    };
    work().then((done) => setStep(done ? 'trying' : 'waiting'), failed);
  }, []);
  useEffect(() => attempt(signIn.auto), [attempt, signIn]);
  // The product is asked again by itself; what a sign-in server was asked can't be repeated.
  useEffect(() => {
    if (step !== 'failed' || signIn.kind !== 'token') return;
    const timer = setTimeout(() => attempt(signIn.auto), backoff(failures - 1, Math.random));
    return () => clearTimeout(timer);
  }, [step, failures, attempt, signIn]);
  // Whoever comes back from the sign-in server by the browser's Back finds the page as it was left.
  useEffect(() => {
    const shown = ({ persisted }: PageTransitionEvent) => {
      if (persisted) setStep('waiting');
    };
    window.addEventListener('pageshow', shown);
    return () => window.removeEventListener('pageshow', shown);
  }, []);

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
        {step === 'failed' && (
          <p className="error" role="alert">
            {signIn.kind === 'token' ? 'The page that this chat belongs to doesn’t answer. Trying again…' : 'The sign-in server can’t be reached.'}
          </p>
        )}
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
