import { RootLayout } from '@/app/layout';
import { signOut, type SignIn } from '@/auth/signIn';
import { OtherSignIn } from '@/components/OtherSignIn';
import { SignInByName } from '@/components/SignInByName';
import { useAppSelector } from '@/lib/redux/store';

export function App({ signIn }: { signIn: SignIn }) {
  const session = useAppSelector((state) => state.session.session);
  const { leave } = signIn;
  const onSignOut = leave && (() => signOut(leave));
  if (session) return <RootLayout key={session.userId} me={session.userId} name={session.name} onSignOut={onSignOut} />;
  return signIn.kind === 'development' ? <SignInByName /> : <OtherSignIn signIn={signIn} />;
}
