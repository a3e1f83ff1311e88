// Reads one report of a test run (trx, or the JSON of vitest or Playwright).
//   node results.mjs REPORT            prints: passed failed skipped
//   node results.mjs REPORT failures   prints what failed, and the beginning of why
import { readFileSync } from 'node:fs';

const [, , path, wanted] = process.argv;
const text = readFileSync(path, 'utf8');
if (wanted === 'failures') {
  for (const { name, why } of path.endsWith('.trx') ? failuresOfTrx(text) : failuresOfJson(JSON.parse(text))) {
    const lines = why.split('\n').filter((line) => line.trim()).slice(0, 15);
    console.log([`FAILED ${name}`, ...lines.map((line) => `    ${line.slice(0, 300)}`)].join('\n'));
  }
} else {
  console.log((path.endsWith('.trx') ? ofTrx(text) : ofJson(JSON.parse(text))).join(' '));
}

function ofTrx(xml) {
  const counters = /<Counters ([^>]*)\/>/.exec(xml)?.[1] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(counters)?.[1] ?? 0);
  const [total, executed, passed] = [count('total'), count('executed'), count('passed')];
  return [passed, executed - passed, total - executed];
}

function ofJson(report) {
  // Playwright: a flaky test is one that failed before it passed.
  if (report.stats) {
    return [report.stats.expected, report.stats.unexpected + report.stats.flaky, report.stats.skipped];
  }

  return [report.numPassedTests, report.numFailedTests, report.numPendingTests + (report.numTodoTests ?? 0)];
}

function failuresOfTrx(xml) {
  const results = [...xml.matchAll(/<UnitTestResult ([^>]*[^/])>([\s\S]*?)<\/UnitTestResult>/g)];
  return results.filter(([, attributes]) => attributes.includes('outcome="Failed"')).map(([, attributes, body]) => ({
    name: plain(/testName="([^"]*)"/.exec(attributes)?.[1]),
    why: plain(/<Message>([\s\S]*?)<\/Message>/.exec(body)?.[1]) + '\n' + plain(/<StackTrace>([\s\S]*?)<\/StackTrace>/.exec(body)?.[1]),
  }));
}

function failuresOfJson(report) {
  if (report.suites) {
    return report.suites.flatMap(function inSuite(suite) {
      const specs = (suite.specs ?? []).filter((spec) => !spec.ok || spec.tests.some((test) => test.status === 'flaky'));
      return [...(suite.suites ?? []).flatMap(inSuite), ...specs.map((spec) => ({
        name: `${spec.file} ${spec.title}`,
        why: spec.tests.flatMap((test) => test.results).map((result) => result.error?.message ?? '').join('\n'),
      }))];
    });
  }

  return (report.testResults ?? []).flatMap((file) => file.assertionResults)
    .filter((test) => test.status === 'failed')
    .map((test) => ({ name: test.fullName, why: test.failureMessages.join('\n') }));
}

function plain(xml = '') {
  return xml.replace(/&#x?[0-9a-fA-F]+;/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}
