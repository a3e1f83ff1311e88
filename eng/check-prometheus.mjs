// node eng/check-prometheus.mjs WEBFRONT.dll: see check-prometheus.sh.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const directory = mkdtempSync(join(tmpdir(), "chat-prometheus-"));
const children = [];
const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

function start(name, command, args, env) {
  const log = openSync(join(directory, `${name}.log`), "w");
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", log, log] });
  child.on("exit", () => (child.gone = true));
  children.push({ name, child });
}

async function until(what, condition) {
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; ) {
    const gone = children.find((one) => one.child.gone);
    if (gone) throw new Error(`${gone.name} ended:\n${readFileSync(join(directory, `${gone.name}.log`), "utf8")}`);
    try {
      const value = await condition();
      if (value) return value;
    } catch {
      // Not there yet.
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Waited 40 s for ${what}.`);
}

const json = async (url, options) => (await fetch(url, options)).json();

async function check() {
  const [chatPort, promPort] = [await freePort(), await freePort()];
  const chat = `http://127.0.0.1:${chatPort}`;
  const prometheus = `http://127.0.0.1:${promPort}`;
  start("server", "dotnet", [resolve(process.argv[2])], {
    ASPNETCORE_ENVIRONMENT: "Development",
    ASPNETCORE_URLS: chat,
    Storage__Path: join(directory, "data"),
    Canary__Interval: "00:00:00.25",
  });
  const canary = async () => (await (await fetch(`${chat}/health/canary`)).text()) === "Healthy";
  await until("the canary to have been on every path", canary);
  // The canary makes traffic of every kind but this.
  const body = JSON.stringify({ user_id: "ada" });
  const headers = { "content-type": "application/json" };
  const { token } = await json(`${chat}/api/auth/token`, { method: "POST", headers, body });
  await json(`${chat}/api/users/me/audit`, { headers: { authorization: `Bearer ${token}` } });

  const config = readFileSync("deploy/prometheus/prometheus.yml", "utf8")
    .replace("localhost:8000", `127.0.0.1:${chatPort}`)
    .replace("scrape_interval: 15s", "scrape_interval: 1s\n  evaluation_interval: 1s")
    .replace("alerts.yml", resolve("deploy/prometheus/alerts.yml"));
  writeFileSync(join(directory, "prometheus.yml"), config);
  start("prometheus", "prometheus", [
    `--config.file=${join(directory, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(directory, "tsdb")}`,
    `--web.listen-address=127.0.0.1:${promPort}`,
  ]);
  const query = async (expression) =>
    (await json(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`)).data.result;
  await until("the server to be scraped twice", async () => (await query("count_over_time(up[1m])"))[0]?.value[1] >= 2);

  const groups = await until("the rules to be evaluated", async () => {
    const found = (await json(`${prometheus}/api/v1/rules`)).data.groups;
    return found.length > 0 && found.every((group) => group.rules.every((rule) => rule.health !== "unknown")) && found;
  });
  const rules = groups.flatMap((group) => group.rules);
  const sick = rules.filter((rule) => rule.health !== "ok");
  const firing = rules.filter((rule) => rule.state === "firing");
  const dashboard = JSON.parse(readFileSync("deploy/grafana/chatorleans.json", "utf8"));
  const expressions = [
    ...rules.map((rule) => rule.query),
    ...dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)),
  ];
  const names = new Set(expressions.flatMap((text) => text.match(/\b(chat|http|dotnet|orleans|kestrel)_[a-z0-9_]+(?=[{[)\s]|$)/g) ?? []));
  names.delete("http_response_status_code");
  const missing = [];
  for (const name of names) {
    if ((await query(`count({__name__="${name}"})`)).length === 0) missing.push(name);
  }
  const wrong = [];
  for (const expression of expressions) {
    const asked = expression.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "1h").replaceAll("$instance", ".*");
    const answer = await json(`${prometheus}/api/v1/query?query=${encodeURIComponent(asked)}`);
    if (answer.status !== "success") wrong.push(`${asked}: ${answer.error}`);
  }
  // Every audit of this run, the canary's traffic included, found what the logs say.
  const audits = (await query("sum(chat_audit_runs_total)"))[0]?.value[1];
  const drift = (await query("sum(chat_audit_drift_total)"))[0]?.value[1];
  if (!(audits >= 1) || drift !== "0") throw new Error(`${audits} audits found a drift of ${drift}.`);
  console.log(`${rules.length} rules, ${dashboard.panels.length} panels, ${names.size} metrics, ${missing.length} missing`);
  if (missing.length) throw new Error(`No such metric: ${missing.join(", ")}`);
  if (wrong.length) throw new Error(`Not taken: ${wrong.join("\n")}`);
  if (sick.length) throw new Error(`Rules that fail: ${sick.map((rule) => `${rule.name}: ${rule.lastError}`).join("\n")}`);
  if (firing.length) throw new Error(`Fires without a reason: ${firing.map((rule) => rule.name).join(", ")}`);
}

let failed = false;
try {
  await check();
} catch (error) {
  failed = true;
  console.error(error.message);
}
for (const { child } of children) child.kill("SIGTERM");
await Promise.all(children.map(({ child }) => child.gone || new Promise((done) => child.on("exit", done))));
rmSync(directory, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
