// Where no container engine is, this stands for it: eng/publish.sh makes what the images hold, and each is started with its image's
// environment, entry point and health check, as a user who may write to nothing but the data, in the topology of docker-compose.yml.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { compose, root } from './files.mjs';
import { asImage, dataOf, healthy, key, member, nginx, place, post, redis, settingsOf, stopAll, token, upgrade } from './processes.mjs';

before(() => {
  execFileSync(`${root}eng/publish.sh`, [`${place}/out`], { cwd: root, env: { ...process.env, CHAT_SKIP_CLIENT: '1' }, stdio: ['ignore', 'inherit', 'inherit'] });
});

after(stopAll);

test('the cluster of docker-compose.yml, its load balancer, and an export of it', { timeout: 600_000 }, async () => {
  const port = await redis();
  const silo = await member('silo', settingsOf('silo', port));
  const web = await member('web', settingsOf('web', port));
  await Promise.all([healthy(silo), healthy(web)]);

  const balancer = await nginx(web.port);
  const said = `Hello there! ${Date.now()}`;
  await post(balancer, '/api/conversations', { kind: 'group', title: 'lounge', members: [{ user_id: 'grace' }] })
    .then(({ id }) => post(balancer, `/api/conversations/${id}/messages`, { text: said }));
  assert.match(await upgrade(balancer), /^HTTP\/1\.1 101 /);
  for (const path of ['/metrics', '/health/ready']) assert.equal((await fetch(`http://127.0.0.1:${balancer}${path}`)).status, 404);

  await Promise.all([silo, web].map(async (one) => assert.equal(await one.stop('SIGTERM'), 0, one.output())));

  const file = `${dataOf('cli')}/chat.jsonl`;
  execFileSync(...asImage('cli', ['export', file, '--quiet'], settingsOf('silo', port)));
  assert.ok(readFileSync(file, 'utf8').includes(said), 'the export has the message');
});

test('the single process of docker-compose.single.yml keeps its data', { timeout: 600_000 }, async () => {
  const { chat } = compose('docker-compose.single.yml').services;
  assert.deepEqual(Object.keys(chat.environment), ['Auth__SigningKey', 'Canary__Interval']);
  const first = await member('web', { Auth__SigningKey: key });
  await healthy(first);
  const { id } = await post(first.port, '/api/conversations', { kind: 'group', title: 'lounge', members: [{ user_id: 'grace' }] });
  if (existsSync(`${place}/out/web/wwwroot/index.html`))
    assert.match(await (await fetch(`http://127.0.0.1:${first.port}/`)).text(), /<title>/);
  assert.equal(await first.stop('SIGTERM'), 0, first.output());
  assert.match(first.output(), /ChatOrleans \d+\.\d+\.\d+\S* starts\./);

  const second = await member('web', { Auth__SigningKey: key });
  await healthy(second);
  const found = await fetch(`http://127.0.0.1:${second.port}/api/conversations/${id}`, { headers: { Authorization: `Bearer ${token()}` } });
  assert.equal(found.status, 200);
  assert.equal(await second.stop('SIGTERM'), 0, second.output());
});
