// Reads one report of a test run (trx, or the JSON of vitest or Playwright) and prints: passed failed skipped.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
const counts = process.argv[2].endsWith('.trx') ? ofTrx(text) : ofJson(JSON.parse(text));
console.log(counts.join(' '));

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
