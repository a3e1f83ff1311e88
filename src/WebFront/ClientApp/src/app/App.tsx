import { RootLayout } from '@/app/layout';
import type { SignIn } from '@/auth/signIn';
import { OtherSignIn } from '@/components/OtherSignIn';
import { SignInByName } from '@/components/SignInByName';
import { useAppSelector } from '@/lib/redux/store';

export function App({ signIn }: { signIn: SignIn }) {
  const session = useAppSelector((state) => state.session.session);
  if (session) return <RootLayout key={session.userId} me={session.userId} name={session.name} canSignOut={signIn.kind !== 'token'} />;
  return signIn.kind === 'development' ? <SignInByName /> : <OtherSignIn signIn={signIn} />;
}
