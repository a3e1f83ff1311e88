import { RootLayout } from '@/app/layout';
import { SignIn } from '@/components/SignIn';
import { useAppSelector } from '@/lib/redux/store';

export function App() {
  const session = useAppSelector((state) => state.session.session);
  return session ? <RootLayout key={session.userId} me={session.userId} name={session.name} /> : <SignIn />;
}
