import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partScenarios } from './index.ts';

const [id, form] = process.argv.slice(2);
const list =
  id === 'all'
    ? partScenarios.filter((s) => form !== 'short' || s.isInShort)
    : partScenarios.filter((s) => s.id === id);
let total = 0;
for (const scenario of list) {
  const dir = await mkdtemp(join(tmpdir(), 'proeve-chaos-'));
  await chmod(dir, 0o711);
  let a = 42;
  const random = () => {
    a |= 0;
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const startedAt = performance.now();
  const abort = new AbortController();
  try {
    const report = await scenario.run({
      seed: 42,
      random,
      isShort: form === 'short',
      dir,
      say: (l) => console.log('  ' + l),
      signal: abort.signal,
    });
    const s = (performance.now() - startedAt) / 1000;
    total += s;
    console.log(
      `${scenario.id}: ${s.toFixed(1)} s; ${report.done}\n  lost ${report.lost}, doubled ${report.doubled}, recovered ${report.recoveredMs}`,
    );
    for (const c of report.checks) console.log(`  ${c.ok ? 'ok  ' : 'FAIL'} ${c.what}: ${c.seen}`);
  } catch (e) {
    console.log(scenario.id, 'threw', e);
  }
  abort.abort();
  if (form !== 'keep' && process.argv[4] !== 'keep') await rm(dir, { recursive: true, force: true });
  else console.log(dir);
}
console.log(total.toFixed(1), 's');
