// Processes as their images would start them: environment, entry point, health check, and a user who may write to nothing but the data.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { compose, images, read, root } from './files.mjs';

const patience = 120_000;
const uid = process.getuid() === 0 ? 1654 : process.getuid();
const running = [];

export const key = randomBytes(48).toString('base64');
/** Holds all that these processes write, and what was published in its directory out. */
export const place = mkdtempSync(`${tmpdir()}/chat-images-`);
chmodSync(place, 0o755);

export async function stopAll() {
  // The newest first, so that Redis goes last. Not by SIGKILL, of which nginx's worker would know nothing.
  for (const one of running.reverse()) await one.stop('SIGTERM').catch((late) => console.error(late.message));
  rmSync(place, { recursive: true, force: true });
}

/** The Redis of docker-compose.yml; answers its port. */
export async function redis() {
  const port = await freePort();
  const { command } = compose('docker-compose.yml').services.redis;
  launch('redis', [...command, '--port', `${port}`, '--bind', '127.0.0.1', '--dir', mkdtempSync(`${place}/redis-`)], {});
  return port;
}

/** A service's environment in docker-compose.yml, with this Redis. */
export const settingsOf = (service, redisPort) => ({
  ...Object.fromEntries(Object.entries(compose('docker-compose.yml').services[service].environment).map(([name, value]) =>
    [name, value.replace('redis:6379', `127.0.0.1:${redisPort}`).replace(/\$\{\w+:-(\w+)\}/, '$1').replace(/\$\{AUTH_SIGNING_KEY.*\}/, key)])),
  // Here all members share one machine, where containers have addresses of their own.
  Cluster__AdvertisedAddress: '127.0.0.1',
});

/** A directory that the image's user may write to: /data. */
export function dataOf(name) {
  const data = `${place}/data-${name}`;
  mkdirSync(data, { recursive: true });
  chownSync(data, uid, process.getuid() === 0 ? uid : process.getgid());
  return data;
}

/** Command, arguments and options that stand for: docker run IMAGE ARGUMENTS. */
export function asImage(name, args, settings, out = 'out') {
  const image = images()[name];
  const [program, library] = image.entrypoint;
  const command = [program, library.replace('/app', `${place}/${out}/${name}`), ...args];
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...image.env, ...settings };
  if (process.env.DOTNET_ROOT) env.DOTNET_ROOT = process.env.DOTNET_ROOT;
  env.Storage__Path = env.Storage__Path.replace('/data', dataOf(name));
  const user = process.getuid() === 0 ? ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs'] : [];
  const [first, ...rest] = [...user, ...command];
  return [first, rest, { env, cwd: dataOf(name) }];
}

export async function member(name, settings, out = 'out') {
  const port = await freePort();
  const [command, args, options] = asImage(name, [], settings, out);
  options.env.ASPNETCORE_URLS = options.env.ASPNETCORE_URLS.replace('+:8000', `127.0.0.1:${port}`);
  return Object.assign(launch(name, [command, ...args], options.env, options.cwd), { name, port });
}

function launch(name, [command, ...args], env, cwd = place) {
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
      const late = new Promise((_resolve, reject) => setTimeout(() => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        reject(new Error(`${name} had not stopped after 40 s: ${output}`));
      }, 40_000).unref());
      return Promise.race([ended, late]);
    },
  };
  running.push(one);
  return one;
}

/** The image's own health check, until it ends with 0. */
export async function healthy(one) {
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
export async function nginx(web) {
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

export const token = () => {
  const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
};

export async function post(port, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`,
    { method: 'POST', headers: { Authorization: `Bearer ${token()}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

export function upgrade(port) {
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
