// A cluster in which members of two versions run side by side, and the one takes over from the other.
//   node mixed.mjs GIT-REF        that version first, then the present one; both ways through each
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { root } from './files.mjs';
import { healthy, member, place, post, redis, settingsOf, stopAll, token } from './processes.mjs';

const ref = process.argv[2];
if (!ref) {
  console.error('Say which version was before: node mixed.mjs GIT-REF');
  process.exit(2);
}

const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, env: { ...process.env, CHAT_SKIP_CLIENT: '1' }, stdio: ['ignore', 'inherit', 'inherit'] });
const said = [];
let room;

/** Messages that come at once through a web front go together to a conversation elsewhere, where its process knows how. Their order is anybody's. */
async function burst(front) {
  const texts = Array.from({ length: 20 }, (_, i) => `${front.version} at once ${said.length + 1 + i}`);
  const sent = await Promise.all(texts.map((text) =>
    post(front.port, `/api/conversations/${room}/messages`, { text, client_message_id: randomUUID(), meta: { version: front.version } })));
  said.push(...sent.sort((a, b) => a.seq - b.seq).map(({ text }) => text));
}

/** Messages through each of the web fronts, one by one and many at once, and everything read again through each. */
async function talk(...fronts) {
  for (const front of fronts)
    for (let i = 0; i < 5; i++) {
      const text = `${front.version} ${said.length + 1}`;
      await post(front.port, `/api/conversations/${room}/messages`, { text, client_message_id: randomUUID(), meta: { version: front.version } });
      said.push(text);
    }
  for (const front of fronts) await burst(front);
  for (const front of fronts) {
    const answer = await history(front);
    assert.deepEqual(answer.map(({ text }) => text), said, `history through ${front.version}`);
    assert.deepEqual(answer.map(({ seq }) => seq), said.map((_, i) => i + 1));
    const { last_seq: last } = await get(front, `/api/conversations/${room}`);
    assert.equal(last, said.length);
  }
  console.log(`${said.length} messages, the same through ${fronts.map(({ version }) => version).join(' and ')}`);
}

async function get(front, path) {
  const answer = await fetch(`http://127.0.0.1:${front.port}${path}`, { headers: { Authorization: `Bearer ${token()}` } });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

async function history(front) {
  const all = [];
  for (let page; page?.length !== 0; all.push(...page)) page = await get(front, `/api/conversations/${room}/messages?limit=200&after=${all.length}`);
  return all;
}

async function start(name, version, port) {
  // One user says everything here, in bursts larger than what a person may send.
  const one = await member(name, { ...settingsOf(name, port), Limits__CommandsPerSecond: '1000', Limits__CommandBurst: '1000' }, version);
  await healthy(one);
  return Object.assign(one, { version });
}

const stop = async (one) => assert.equal(await one.stop('SIGTERM'), 0, one.output());

try {
  run('git', ['worktree', 'add', '--detach', '--force', `${place}/source`, ref]);
  try {
    run(`${place}/source/eng/publish.sh`, [`${place}/old`], `${place}/source`);
  } finally {
    run('git', ['worktree', 'remove', '--force', `${place}/source`]);
  }
  run(`${root}eng/publish.sh`, [`${place}/new`]);

  const port = await redis();
  const silos = [await start('silo', 'old', port)];
  const fronts = [await start('web', 'old', port)];
  ({ id: room } = await post(fronts[0].port, '/api/conversations', { kind: 'group', title: 'lounge', members: [{ user_id: 'grace' }] }));
  await talk(...fronts);
  silos.push(await start('silo', 'new', port));
  await talk(...fronts);
  fronts.push(await start('web', 'new', port));
  await talk(...fronts);
  // The old silo goes: what it held is read by the new one, and served through the old web front too.
  await stop(silos.shift());
  await talk(...fronts);
  // And back, as in an upgrade that is broken off: the old one reads what the new one stored.
  silos.push(await start('silo', 'old', port));
  await stop(silos.shift());
  await talk(...fronts);
  silos.push(await start('silo', 'new', port));
  await stop(silos.shift());
  await stop(fronts.shift());
  await talk(...fronts);
  console.log(`${ref} and the present version work together.`);
} finally {
  await stopAll();
}
