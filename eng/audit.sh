#!/usr/bin/env bash
# Asks the package registries for known flaws of what we depend on. Ends with 1 where there is a high or critical one. Where a
# registry does not answer the question, says so in a line that begins with SKIPPED and goes on.
set -uo pipefail
cd "$(dirname "$0")/.."
flawed=0

dotnet_audit() {
  local report
  if ! report=$(timeout 180 dotnet list ChatOrleans.sln package --vulnerable --include-transitive --format json 2>&1); then
    echo "SKIPPED: NuGet did not answer: $(tail -n 1 <<<"$report" | cut -c1-200)"
    return
  fi
  # A registry without flaw data is no clean bill: NuGet then says that it found no audit source.
  if grep -q 'NU1905\|does not provide\|vulnerabilityInfo' <<<"$report"; then
    echo "SKIPPED: this NuGet registry does not tell of flaws."
    return
  fi
  node -e '
    const report = JSON.parse(require("node:fs").readFileSync(0, "utf8").replace(/^[^{]*/, ""));
    const found = new Map();
    for (const project of report.projects ?? [])
      for (const framework of project.frameworks ?? [])
        for (const one of [...(framework.topLevelPackages ?? []), ...(framework.transitivePackages ?? [])])
          for (const flaw of one.vulnerabilities ?? []) found.set(`${one.id} ${one.resolvedVersion}: ${flaw.severity} ${flaw.advisoryurl}`, flaw.severity);
    for (const line of found.keys()) console.log(line);
    console.log(`dotnet: ${found.size} known flaws, as far as this registry tells of any`);
    process.exit([...found.values()].some((severity) => /high|critical/i.test(severity)) ? 1 : 0);
  ' <<<"$report" || flawed=1
}

npm_audit() { # FOLDER
  local report
  report=$(cd "$1" && timeout 60 npm audit --json 2>/dev/null)
  node -e '
    let report;
    try { report = JSON.parse(require("node:fs").readFileSync(0, "utf8")); } catch { report = { error: { summary: "no answer" } }; }
    const { vulnerabilities: count } = report.metadata ?? {};
    if (!count) { console.log(`SKIPPED: npm did not answer for '"$1"': ${report.error?.summary || report.message || "no report"}`); process.exit(0); }
    console.log(`npm '"$1"': ${count.total} known flaws (${count.high} high, ${count.critical} critical)`);
    process.exit(count.high + count.critical > 0 ? 1 : 0);
  ' <<<"$report" || flawed=1
}

dotnet_audit
npm_audit src/WebFront/ClientApp
exit $flawed
