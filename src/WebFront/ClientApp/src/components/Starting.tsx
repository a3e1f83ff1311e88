import type { ConfigTrouble } from '@/auth/clientConfig';

const words: Record<ConfigTrouble, string> = {
  unreachable: 'The server can’t be reached. Trying again…',
  unreadable: 'client-config.json beside this page can’t be read, so that nobody knows how people sign in here. Whoever runs this server '
    + 'finds what it may say in docs/client.md, “Signing in”.',
};

/** What stands here until it is known how people sign in, where that takes more than a moment. */
export function Starting({ trouble }: { trouble: ConfigTrouble }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <h1 className="brand brand-large">ChatOrleans</h1>
        <p className="notice" role="status">{words[trouble]}</p>
      </div>
    </main>
  );
}
