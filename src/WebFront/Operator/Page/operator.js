// The operator's page: everything it shows comes from /operator/api, with the cookie that /operator/session set.
"use strict";
const $ = (id) => document.getElementById(id);
let user = null;

async function call(path, options = {}) {
  const answer = await fetch(`/operator/${path}`, options);
  const isJson = /[/+]json\b/.test(answer.headers.get("content-type") ?? "");
  const body = isJson ? await answer.json() : "";
  // Neither JSON nor nothing: a page of something between here and the server, which is nothing to show to anybody.
  const foreign = !isJson && answer.status !== 204 && `Something before the server answered, with ${answer.status}.`;
  if (foreign || !answer.ok) throw Object.assign(new Error(foreign || body.detail), { status: answer.status });
  return body;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });

function tell(problem) {
  $("problem").textContent = problem ?? "";
  $("problem").hidden = !problem;
}

function row(cells) {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const place = document.createElement("td");
    place.append(cell instanceof Node ? cell : String(cell ?? "–"));
    line.append(place);
  }
  return line;
}

function fill(table, rows, none) {
  const body = $(table).querySelector("tbody");
  if (rows.length === 0) {
    const empty = row([none]);
    empty.firstChild.className = "none";
    empty.firstChild.colSpan = 9;
    rows = [empty];
  }
  body.replaceChildren(...rows);
}

function list(target, entries) {
  $(target).replaceChildren(
    ...entries.map(([name, value, bad]) => {
      const pair = document.createElement("div");
      const [term, said] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      said.textContent = value ?? "–";
      if (bad) said.className = "bad";
      pair.append(term, said);
      return pair;
    }),
  );
}

function since(time) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 60_000));
  return minutes < 60 ? `${minutes} min` : minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
}

function drainButton(member) {
  // Null: no web front, or one that does not answer.
  if (member.draining === null) return "";
  const button = document.createElement("button");
  button.textContent = member.draining ? "Take work again" : "Drain";
  const path = `api/members/${encodeURIComponent(member.address)}/drain`;
  button.onclick = () => act(() => call(path, { method: member.draining ? "DELETE" : "POST" }).then(showCluster));
  return button;
}

async function showCluster() {
  // One after the other: whoever is not signed in is refused once.
  const members = await call("api/members");
  const lagging = await call("api/conversations");
  fill(
    "members",
    members.map((one) =>
      row([
        one.name + (one.here ? " (this one)" : ""),
        one.address,
        one.draining ? `${one.status}, draining` : one.status,
        since(one.started_at),
        one.connections,
        drainButton(one),
      ]),
    ),
    "No members.",
  );
  fill(
    "lagging",
    lagging.map((one) => row([one.conversation_id, one.member, one.members, one.messages])),
    "None: every member of every conversation has what there is.",
  );
  const front = await call("api/front");
  list("health", ["ready", "canary"].map((name) => health(`/health/${name}`, front[name])));
  $("dashboard").hidden = !front.dashboard;
}

function health(path, { status, reasons }) {
  const well = status === "Healthy";
  return [path, well ? status : [status, ...reasons].join(": "), !well && status !== "Off"];
}

async function showUser() {
  const state = await call(`api/users/${encodeURIComponent(user)}`);
  $("unknown").hidden = state.known;
  $("found").hidden = !state.known;
  list("state", [
    ["Epoch", state.epoch],
    ["Feed", `${state.first} to ${state.head}`],
    ["Not stored yet", state.head - state.stored],
    ["Conversations", state.conversations],
    ["Unread messages", state.unread_messages],
    ["Unread notifications", state.unread_notifications],
  ]);
  fill(
    "connections",
    state.connections.map((one) => row([one.device_id, one.cursor, state.head - one.cursor, one.shows])),
    "Not connected.",
  );
}

// Shows how far a job is until it is done. One that another has taken the place of, or another user's, is no longer followed.
let following = 0;

async function follow(kind, job) {
  const [mine, at] = [++following, path(kind)];
  while (mine === following) {
    told(job, "job");
    $("download").hidden = kind !== "export" || job.running;
    $("download").href = `/operator/${at}/content`;
    if (!job.running) return;
    await new Promise((passed) => setTimeout(passed, 1_000));
    // A server that is away for a moment does not end the job.
    job = await call(at).catch((failure) => {
      if (failure.status === 401) throw failure;
      return job;
    });
  }
}

function told(outcome, place = "outcome") {
  $(place).textContent = typeof outcome === "string" ? outcome || "Done." : JSON.stringify(outcome, null, 2);
  $(place).hidden = false;
}

async function act(what) {
  tell();
  await attempt(what);
}

async function attempt(what) {
  try {
    await what();
  } catch (failure) {
    // 403 is also the answer to what does not exist: that alone does not end the session.
    if (failure.status === 401) return enter(failure.message);
    tell(failure.message);
  }
}

function enter(why) {
  tell(why);
  $("enter").hidden = false;
  $("page").hidden = $("leave").hidden = $("metrics").hidden = true;
  $("dashboard").hidden = true;
}

async function open() {
  await showCluster();
  $("enter").hidden = true;
  $("page").hidden = $("leave").hidden = $("metrics").hidden = false;
}

async function openFirst() {
  try {
    await open();
  } catch (failure) {
    // The token was good a moment ago, so what is missing is the cookie that keeps it.
    if (failure.status !== 401 || location.protocol === "https:") throw failure;
    enter("The token is good, but the cookie that keeps it needs https. Open this page with https.");
  }
}

const path = (action) => `api/users/${encodeURIComponent(user)}/${action}`;

async function begin(kind) {
  const job = await post(path(kind));
  void attempt(() => follow(kind, job));
}

const actions = {
  disconnect: async () => told(await post(path("disconnect"))),
  audit: async () => told(await call(path("audit"))),
  export: () => begin("export"),
  erase: async () => {
    if (prompt(`Everything that ${user} wrote is taken away for good. Type the user id to go on.`) === user) await begin("erase");
  },
};

$("enter").onsubmit = (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  $("token").value = "";
  act(() => call("session", { method: "POST", headers: { authorization: `Bearer ${token}` } }).then(openFirst));
};
$("leave").onclick = () => act(() => call("session", { method: "DELETE" }).then(() => enter()));
$("find").onsubmit = (event) => {
  event.preventDefault();
  user = $("user").value.trim();
  following++;
  for (const place of ["outcome", "job", "download", "unknown", "found"]) $(place).hidden = true;
  act(showUser);
};
$("why").onsubmit = (event) => {
  event.preventDefault();
  act(async () => told(await call(`${path("why")}?message_id=${encodeURIComponent($("message").value.trim())}`)));
};
const retention = () => `api/conversations/${encodeURIComponent($("conversation").value.trim())}/retention`;
$("retention").onsubmit = (event) => {
  event.preventDefault();
  const [days, messages] = [$("days").value, $("messages").value];
  const body = { ...(days && { days: Number(days) }), ...(messages && { messages: Number(messages) }) };
  if ((days || messages) && !confirm("What is beyond that is removed for good.")) return;
  act(async () => (await post(retention(), body), told(await call(retention()), "kept")));
};
$("keeps").onclick = () => {
  if ($("conversation").reportValidity()) act(async () => told(await call(retention()), "kept"));
};
for (const button of document.querySelectorAll("[data-do]")) {
  button.onclick = () => act(() => actions[button.dataset.do]().then(showUser));
}
setInterval(() => {
  // What went wrong before stays told: the operator may not have read it yet.
  if (!$("page").hidden && !document.hidden) attempt(async () => (await showCluster(), (!$("found").hidden || !$("unknown").hidden) && (await showUser())));
}, 5_000);
open().catch((failure) => enter(failure.status === 401 ? null : failure.message));
