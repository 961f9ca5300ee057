import { describeCheck, runChecks } from './lib/checks.ts';
import { print, runScript } from './lib/terminal.ts';

await runScript(async () => {
  const results = await runChecks({ withArchitecture: true, report: (result) => print(describeCheck(result)) });
  const failed = results.filter((result) => !result.passed).length;
  print(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
