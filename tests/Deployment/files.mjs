// The files that deploy the product, as the tests here read them.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const read = (path) => readFileSync(root + path, 'utf8');

export const compose = (path) => parse(read(path), { merge: true });

const folder = 'deploy/kubernetes/';
const documents = (name) => parseAllDocuments(read(folder + name), { uniqueKeys: true }).map((document) => {
  if (document.errors.length > 0) throw new Error(`${name}: ${document.errors.join('; ')}`);
  return document.toJS();
});
export const kustomization = documents('kustomization.yaml')[0];
/** Every object of every file, with the name of its file. */
export const manifests = readdirSync(root + folder)
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .flatMap((name) => documents(name).map((object) => ({ name, object })));

/** The Dockerfile's stages by name, each with what it has from those it is built on. */
export function images() {
  const stages = {};
  let stage;
  for (const line of read('Dockerfile').replace(/\\\n/g, ' ').split('\n')) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') {
      const [, from, name] = /^(?:--\S+ )?(\S+)(?: AS (\S+))?$/.exec(rest);
      stage = { ...(stages[from] ?? { base: from }), env: { ...stages[from]?.env } };
      stages[name] = stage;
    } else if (word === 'ENV') {
      for (const [, key, value] of rest.matchAll(/(\S+?)=(\S*)/g)) stage.env[key] = value;
    } else if (word === 'ENTRYPOINT') {
      stage.entrypoint = JSON.parse(rest);
    } else if (word === 'HEALTHCHECK') {
      stage.health = JSON.parse(/CMD (\[.*\])/.exec(rest)[1]);
    } else if (word === 'USER') {
      stage.user = rest;
    }
  }
  return stages;
}
