// Where no container engine is, this stands for it: eng/publish.sh makes what the images hold, and each is started with its image's
// environment, entry point and health check, as a user who may write to nothing but the data, in the topology of docker-compose.yml.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { compose, images, read, root } from './files.mjs';

const patience = 120_000;
const uid = process.getuid() === 0 ? 1654 : process.getuid();
const place = mkdtempSync(`${tmpdir()}/chat-images-`);
const key = randomBytes(48).toString('base64');
const running = [];

before(() => {
  chmodSync(place, 0o755);
  execFileSync(`${root}eng/publish.sh`, [`${place}/out`], { cwd: root, env: { ...process.env, CHAT_SKIP_CLIENT: '1' }, stdio: ['ignore', 'inherit', 'inherit'] });
});

after(async () => {
  // Not SIGKILL, of which nginx's worker would know nothing.
  await Promise.all(running.map((one) => one.stop('SIGTERM')));
  rmSync(place, { recursive: true, force: true });
});

test('the cluster of docker-compose.yml, its load balancer, and an export of it', { timeout: 600_000 }, async () => {
  const { services } = compose('docker-compose.yml');
  const redis = await freePort();
  const log = mkdtempSync(`${place}/redis-`);
  launch('redis', [...services.redis.command, '--port', `${redis}`, '--bind', '127.0.0.1', '--dir', log], {}, process.getuid());
  const settings = (service) => ({
    ...Object.fromEntries(Object.entries(services[service].environment).map(([name, value]) =>
      [name, value.replace('redis:6379', `127.0.0.1:${redis}`).replace(/\$\{CHAT_PROFILE:-(\w+)\}/, '$1').replace(/\$\{AUTH_SIGNING_KEY.*\}/, key)])),
    // Here all members share one machine, where containers have addresses of their own.
    Cluster__AdvertisedAddress: '127.0.0.1',
  });
  const silo = await member('silo', settings('silo'));
  const web = await member('web', settings('web'));
  await Promise.all([healthy(silo), healthy(web)]);

  const balancer = await nginx(web.port);
  const said = `Hello there! ${Date.now()}`;
  await post(balancer, '/api/conversations', { kind: 'group', title: 'lounge', members: [{ user_id: 'grace' }] })
    .then(({ id }) => post(balancer, `/api/conversations/${id}/messages`, { text: said }));
  assert.match(await upgrade(balancer), /^HTTP\/1\.1 101 /);
  for (const path of ['/metrics', '/health/ready']) assert.equal((await fetch(`http://127.0.0.1:${balancer}${path}`)).status, 404);

  await Promise.all([silo, web].map(async (one) => assert.equal(await one.stop('SIGTERM'), 0, one.output())));

  const file = `${dataOf('cli')}/chat.jsonl`;
  execFileSync(...asImage('cli', ['export', file, '--quiet'], settings('silo')));
  assert.ok(readFileSync(file, 'utf8').includes(said), 'the export has the message');
});

test('the single process of docker-compose.single.yml keeps its data', { timeout: 600_000 }, async () => {
  const { chat } = compose('docker-compose.single.yml').services;
  assert.deepEqual(Object.keys(chat.environment), ['Auth__SigningKey']);
  const first = await member('web', { Auth__SigningKey: key });
  await healthy(first);
  const { id } = await post(first.port, '/api/conversations', { kind: 'group', title: 'lounge', members: [{ user_id: 'grace' }] });
  if (existsSync(`${place}/out/web/wwwroot/index.html`))
    assert.match(await (await fetch(`http://127.0.0.1:${first.port}/`)).text(), /<title>/);
  assert.equal(await first.stop('SIGTERM'), 0, first.output());

  const second = await member('web', { Auth__SigningKey: key });
  await healthy(second);
  const found = await fetch(`http://127.0.0.1:${second.port}/api/conversations/${id}`, { headers: { Authorization: `Bearer ${token()}` } });
  assert.equal(found.status, 200);
  assert.equal(await second.stop('SIGTERM'), 0, second.output());
});

/** A directory that the image's user may write to: /data. */
function dataOf(name) {
  const data = `${place}/data-${name}`;
  mkdirSync(data, { recursive: true });
  chownSync(data, uid, process.getuid() === 0 ? uid : process.getgid());
  return data;
}

/** Command, arguments and options that stand for: docker run IMAGE ARGUMENTS. */
function asImage(name, args, settings) {
  const image = images()[name];
  const [program, library] = image.entrypoint;
  const command = [program, library.replace('/app', `${place}/out/${name}`), ...args];
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...image.env, ...settings };
  if (process.env.DOTNET_ROOT) env.DOTNET_ROOT = process.env.DOTNET_ROOT;
  env.Storage__Path = env.Storage__Path.replace('/data', dataOf(name));
  const user = process.getuid() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs'] : [];
  const [first, ...rest] = [...user, ...command];
  return [first, rest, { env, cwd: dataOf(name) }];
}

async function member(name, settings) {
  const port = await freePort();
  const [command, args, options] = asImage(name, [], settings);
  options.env.ASPNETCORE_URLS = options.env.ASPNETCORE_URLS.replace('+:8000', `127.0.0.1:${port}`);
  return Object.assign(launch(name, [command, ...args], options.env, null, options.cwd), { name, port });
}

function launch(name, [command, ...args], env, _, cwd = place) {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, cwd });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  const one = {
    output: () => `${name}: ${output}`,
    ended,
    stop(signal) {
      child.kill(signal);
      // Compose kills after stop_grace_period.
      const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error(`${name} had not stopped after 40 s: ${output}`)), 40_000).unref());
      return Promise.race([ended, late]);
    },
  };
  running.push(one);
  return one;
}

/** The image's own health check, until it ends with 0. */
async function healthy(one) {
  const [script, port] = images()[one.name].health;
  assert.deepEqual([script, port], ['healthy', '8000']);
  assert.match(read('Dockerfile'), /eng\/healthy\.sh \/usr\/local\/bin\/healthy/);
  for (const until = Date.now() + patience; ; ) {
    const code = await new Promise((resolve) => spawn(`${root}eng/healthy.sh`, [`${one.port}`], { stdio: 'ignore' }).on('exit', resolve));
    if (code === 0) return;
    const gone = await Promise.race([one.ended, new Promise((resolve) => setTimeout(resolve, 250))]);
    assert.equal(gone, undefined, `${one.name} ended: ${one.output()}`);
    assert.ok(Date.now() < until, `${one.name} was not healthy within ${patience / 1000} s: ${one.output()}`);
  }
}

/** The load balancer's own configuration, with other addresses. */
async function nginx(web) {
  const port = await freePort();
  const data = mkdtempSync(`${place}/nginx-`);
  const configuration = read('deploy/nginx/nginx.conf')
    .replace('listen 8080', `listen 127.0.0.1:${port}`).replace('http://web:8000', `http://127.0.0.1:${web}`).replaceAll('/tmp/', `${data}/`)
    .replace('worker_processes auto', 'daemon off; worker_processes 1');
  writeFileSync(`${data}/nginx.conf`, configuration);
  chmodSync(data, 0o777);
  const one = launch('nginx', ['/usr/bin/env', 'nginx', '-e', 'stderr', '-p', data, '-c', `${data}/nginx.conf`], { PATH: `${process.env.PATH}:/usr/sbin` });
  for (const until = Date.now() + 20_000; ; ) {
    if (await new Promise((resolve) => connect(port, '127.0.0.1').on('connect', () => resolve(true)).on('error', () => resolve(false)))) return port;
    assert.ok(Date.now() < until, `nginx did not listen: ${one.output()}`);
  }
}

const token = () => {
  const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};

async function post(port, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`,
    { method: 'POST', headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

function upgrade(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET /ws/notifications/?token=${token()} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n`
      + `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`));
    socket.once('data', (text) => { resolve(String(text)); socket.destroy(); }).on('error', reject);
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
